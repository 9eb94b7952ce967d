"""CEL: expressions are compiled and asked by the package cel-expr-python, which is imported on first use.

Values are of dynamic type. Without the package, or with a name or function that is not known here, an expression is
refused where it is written.
Models: k8s.io/apiserver/pkg/cel/environment v1.37
Simplified: cost is not reckoned; of Kubernetes' own functions only those in `cel_functions`.
"""

from __future__ import annotations

import functools
from typing import Any

from cluster.apimachinery import cel_functions

SELF = ("self", "oldSelf")
ADMISSION = ("object", "oldObject", "request", "params", "namespaceObject", "variables")
MISSING = "rules in CEL need the Python package cel-expr-python, which is not installed on this server"


class RuleError(ValueError):
    """An expression that cannot be compiled, or not be told; the reason as the package words it."""


@functools.lru_cache(maxsize=4)
def _environment(names: tuple[str, ...]) -> Any:
    """The compiler for expressions over these names. RuleError when its package is not there."""
    try:
        from cel_expr_python import cel
        from cel_expr_python.ext import ext_encoders, ext_math, ext_optional, ext_strings
    except ImportError as error:
        raise RuleError(MISSING) from error
    extensions = [ext_strings.ExtStrings(), ext_math.ExtMath(), ext_encoders.ExtEncoders(), ext_optional.ExtOptional()]
    variables = dict.fromkeys(names, cel.Type.DYN)
    return cel.NewEnv(variables=variables, extensions=extensions, functions=cel_functions.declared(cel))


@functools.lru_cache(maxsize=1024)
def compiled(expression: str, names: tuple[str, ...] = SELF) -> Any:
    """An expression, ready to be asked. RuleError."""
    try:
        return _environment(names).compile(expression)
    except RuntimeError as error:
        raise RuleError(str(error).strip()) from error


def asked(expression: str, data: dict[str, Any], names: tuple[str, ...] = SELF) -> Any:
    """What an expression is for these values, as plain Python. RuleError when it cannot be told."""
    try:
        answer = compiled(expression, names).eval(data=data)
        value = answer.plain_value()
    except RuntimeError as error:
        raise RuleError(str(error)) from error
    if answer.type().name() == "ERROR":
        raise RuleError(str(value))
    return value
