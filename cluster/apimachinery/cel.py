"""CEL: expressions are compiled and asked by the package cel-expr-python, which is imported on first use.

Values are of dynamic type; Kubernetes' own functions stand in `cel_library`. Without the package, or with a name or function that is not known here, an expression is
refused where it is written.
Models: k8s.io/apiserver/pkg/cel/environment v1.37
Simplified: cost is not reckoned; an expression is at most so long, and a regular expression is stopped in time.
"""

from __future__ import annotations

import functools
from typing import Any

SELF = ("self", "oldSelf")
ADMISSION = ("object", "oldObject", "request", "params", "namespaceObject", "variables", "authorizer")
LONGEST = 16 * 1024
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
    extensions.append(cel.CelExtension("kubernetes", _library(cel)))
    return cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN), extensions=extensions)


def _library(cel: Any) -> list[Any]:
    from cluster.apimachinery.cel_library import (
        addresses,
        authorizers,
        formats,
        function,
        lists,
        patches,
        quantities,
        texts,
    )

    parts = (addresses, authorizers, formats, lists, patches, quantities, texts)
    return function.declared(cel, [each for part in parts for each in part.FUNCTIONS])


@functools.lru_cache(maxsize=1024)
def compiled(expression: str, names: tuple[str, ...] = SELF) -> Any:
    """An expression, ready to be asked. RuleError."""
    if len(expression) > LONGEST:
        raise RuleError(f"expression is longer than {LONGEST} characters")
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
