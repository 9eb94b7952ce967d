"""IntOrString: a count or a percentage of a total.

Models: apimachinery/pkg/util/intstr/intstr.go v1.37
"""

from __future__ import annotations

import math
import re

_percent = re.compile(r"([0-9]+)%")
_integer = re.compile(r"[+-]?[0-9]+")


def percentage(value: object) -> int | None:
    """50 for "50%", None for anything else."""
    match = _percent.fullmatch(value) if isinstance(value, str) else None
    return int(match.group(1)) if match else None


def plain(value: object) -> int:
    """A count, or a percentage without its sign; 0 for anything else."""
    return value if isinstance(value, int) else percentage(value) or 0


def scaled(value: int | str, total: int, round_up: bool) -> int:
    """The count that `value` means of `total`. ValueError when it is neither a number nor a percentage."""
    if isinstance(value, int):
        return value
    number = value.removesuffix("%")
    if number == value:
        raise ValueError("invalid value for IntOrString: invalid type: string is not a percentage")
    if not _integer.fullmatch(number):
        raise ValueError(
            f'invalid value for IntOrString: invalid value "{value}": strconv.Atoi: parsing "{number}": invalid syntax'
        )
    part = int(number) * total / 100
    return math.ceil(part) if round_up else math.floor(part)
