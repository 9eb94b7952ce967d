"""$(( )): whole numbers, C's operators, variables by name. Models: busybox shell/math.c"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

_binary: dict[type[Any], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: lambda a, b: int(a / b) if abs(a) < 2**52 else a // b,
    ast.Mod: lambda a, b: a - b * int(a / b),
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.LShift: lambda a, b: a << min(b, 64),
    ast.RShift: operator.rshift,
    ast.Pow: lambda a, b: a ** min(b, 64),
}
_compare: dict[type[Any], Callable[[int, int], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ternary = re.compile(r"^(.+?)\?(.+):(.+)$")


class ArithmeticProblem(Exception):
    """What is wrong, in ash's words."""


def value(text: str, variables: Mapping[str, str]) -> int:
    """ArithmeticProblem for what is no expression."""
    text = text.strip().replace("$", "")
    if not text:
        return 0
    if match := _ternary.match(text):
        question, yes, no = match.groups()
        return value(yes if value(question, variables) else no, variables)
    spelled = re.sub(r"(?<![/])/(?!/)", "//", text.replace("&&", " and ").replace("||", " or "))
    spelled = re.sub(r"!(?!=)", " not ", spelled)
    spelled = re.sub(r"\b0+(\d)", r"\1", spelled)
    try:
        found = _value(ast.parse(spelled.strip(), mode="eval").body, variables)
    except ZeroDivisionError:
        raise ArithmeticProblem("divide by zero") from None
    except (SyntaxError, ValueError, KeyError, OverflowError, RecursionError, MemoryError):
        raise ArithmeticProblem("arithmetic syntax error") from None
    return (found + 2**63) % 2**64 - 2**63


def _value(node: ast.AST, variables: Mapping[str, str]) -> int:
    match node:
        case ast.Constant(value=int() as number):
            return int(number)
        case ast.Name(id=name):
            found = variables.get(name, "") or "0"
            return int(found) if found.lstrip("-").isdigit() else value(found, {})
        case ast.BinOp(left=left, op=op, right=right):
            return _binary[type(op)](_value(left, variables), _value(right, variables))
        case ast.UnaryOp(op=op, operand=operand):
            number = _value(operand, variables)
            return int(not number) if isinstance(op, ast.Not) else -number if isinstance(op, ast.USub) else number
        case ast.BoolOp(op=op, values=values):
            chosen = all if isinstance(op, ast.And) else any
            return int(chosen(_value(each, variables) for each in values))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return int(_compare[type(op)](_value(left, variables), _value(right, variables)))
    raise ValueError(node)
