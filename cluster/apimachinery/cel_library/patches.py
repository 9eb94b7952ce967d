"""What mutations are written with: object literals of the types `Object` and `JSONPatch`, and JSON pointers' keys.

The types are those of whatever object is changed, so the compiler does not know them: a literal is read as a map before
it is compiled, and the fields are judged when the change is merged.
Models: k8s.io/apiserver/pkg/cel/{mutation,library/jsonpatch.go} v1.37
"""

from __future__ import annotations

import re

from cluster.apimachinery.cel_library.function import functions

_token = re.compile(
    r"""(?P<skipped>//[^\n]*|[rR]?(?:\"{3}.*?\"{3}|'{3}.*?'{3})|[rR]\"[^\"]*\"|[rR]'[^']*'
    |\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')
    |(?P<type>(?<![\w.])(?:Object(?:\.\w+)*|JSONPatch)\s*\{)
    |(?P<open>[\[{(])|(?P<close>[\]})])
    |(?P<field>(?<![\w.])[A-Za-z_]\w*(?=\s*:))
    |(?P<comma>,)""",
    re.VERBOSE | re.DOTALL,
)
_escape = re.compile(r"__(underscores|dot|dash|slash|\w+?)__")
ESCAPED = {"underscores": "__", "dot": ".", "dash": "-", "slash": "/"}


def plain(expression: str) -> str:
    """The expression with its object literals as maps: `Object.spec{replicas: 3}` → `{"replicas": 3}`."""
    parts: list[str] = []
    levels: list[bool] = []
    """Of each bracket that is open: is it an object literal?"""
    is_key, at = False, 0
    for match in _token.finditer(expression):
        between = expression[at : match.start()]
        is_key = is_key and between.strip() in ("", "?")
        at, text, kind = match.end(), match.group(), match.lastgroup
        if kind == "type":
            levels.append(True)
            is_key, text = True, "{"
        elif kind == "open":
            levels.append(False)
            is_key = False
        elif kind == "close":
            if levels:
                levels.pop()
            is_key = False
        elif kind == "comma":
            is_key = bool(levels) and levels[-1]
        elif kind == "field" and is_key:
            is_key, text = False, f'"{unescaped(text)}"'
        parts += between, text
    return "".join([*parts, expression[at:]])


def unescaped(name: str) -> str:
    """The field that a name stands for: `__namespace__` → `namespace`, `a__dash__b` → `a-b`."""
    return _escape.sub(lambda match: ESCAPED.get(match[1], match[1]), name)


def escaped_key(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")


FUNCTIONS = tuple(functions("STRING", "STRING", jsonpatch__escapeKey=escaped_key))
