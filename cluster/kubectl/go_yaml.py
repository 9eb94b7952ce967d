"""YAML as Go reads it: which words are numbers and truth values, and that keys are text, as in JSON.

Models: sigs.k8s.io/yaml, its goyaml.v2/resolve.go v1.37
"""

from __future__ import annotations

import re
from typing import Any

import yaml

BOOL, INT, FLOAT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
TIMESTAMP = "tag:yaml.org,2002:timestamp"
DEEPEST, MOST_VALUES = 500, 500_000
TRUE = frozenset(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))

_int = re.compile(r"[-+]?(?:0[bB][01_]+|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[0-7_]*|[1-9][0-9_]*)$")
_float = re.compile(
    r"[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$"
)
_bool = re.compile(r"(?:y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the faster one where there is one
    """Dates stay text; there are no numbers to base sixty."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in (BOOL, INT, FLOAT, TIMESTAMP)]
    for first, resolvers in Loader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(BOOL, _bool, list("yYnNtTfFoO"))
Loader.add_implicit_resolver(INT, _int, list("-+0123456789"))
Loader.add_implicit_resolver(FLOAT, _float, list("-+.0123456789"))


def _integer(loader: Any, node: Any) -> int:
    text = loader.construct_scalar(node).replace("_", "")
    sign, digits = (text[0], text[1:]) if text[0] in "-+" else ("", text)
    octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    return int(sign + ("0o" + digits[1:] if octal else digits), 0)


Loader.add_constructor(BOOL, lambda loader, node: loader.construct_scalar(node) in TRUE)
Loader.add_constructor(INT, _integer)


def documents(text: str) -> list[Any]:
    """Every document of a stream. Raises yaml.YAMLError, and ValueError for one that would take too much to read."""
    _check_depth(text)
    left = [MOST_VALUES]
    return [_as_json(each, left) for each in yaml.load_all(text, Loader=Loader)]


def _check_depth(text: str) -> None:
    """The loader in C recurses without a limit, and would take the process."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader) if len(text) > DEEPEST else ():
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise ValueError("yaml: exceeded max depth")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _as_json(value: Any, left: list[int]) -> Any:
    """With the keys of mappings as text: `1: a` is `"1": "a"`. `left` counts values, aliases as often as they are used."""
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("yaml: document contains excessive aliasing")
    if isinstance(value, dict):
        return {_key(key): _as_json(each, left) for key, each in value.items()}
    return [_as_json(each, left) for each in value] if isinstance(value, list) else value


def _key(key: Any) -> str:
    if isinstance(key, bool):
        return str(key).lower()
    return "null" if key is None else str(key)
