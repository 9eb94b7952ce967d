"""Quantities: "100m", "1Gi", "2e3".

Models: apimachinery/pkg/api/resource/quantity.go v1.37
"""

from __future__ import annotations

import functools
import re
from decimal import ROUND_CEILING, Decimal, InvalidOperation

FORMAT_MESSAGE = r"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
SUFFIX_OF = {power: suffix for suffix, power in DECIMAL.items()}
_quantity = re.compile(r"^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?|[eE][+-]?[0-9]+)$")


@functools.lru_cache(maxsize=4096)
def parse(text: str | int | float) -> Decimal:
    """The exact value. Raises ValueError with upstream's sentence."""
    match = _quantity.match(str(text))
    if match is None:
        raise ValueError(FORMAT_MESSAGE)
    number, suffix = match.groups()
    try:
        value = Decimal(number)
    except InvalidOperation as error:
        raise ValueError(FORMAT_MESSAGE) from error
    if suffix in BINARY:
        return value * (1024 ** BINARY[suffix])
    if suffix in DECIMAL:
        return value.scaleb(DECIMAL[suffix])
    return value.scaleb(max(-64, min(64, int(suffix[1:]))))


def is_valid(text: object) -> bool:
    try:
        parse(text)  # type: ignore[arg-type]  # anything may be asked about
    except (ValueError, TypeError):
        return False
    return not isinstance(text, bool)


@functools.lru_cache(maxsize=4096)
def milli(text: str | int | float) -> int:
    """Thousandths, rounded up: CPU as the scheduler counts it."""
    return int((parse(text) * 1000).to_integral_value(ROUND_CEILING))


@functools.lru_cache(maxsize=4096)
def whole(text: str | int | float) -> int:
    """Whole units, rounded up: bytes, pods."""
    return int(parse(text).to_integral_value(ROUND_CEILING))


@functools.lru_cache(maxsize=4096)
def canonical(text: str | int | float) -> str:
    """Upstream's canonical form: "1000m" → "1", "1024Mi" → "1Gi", "0.5" → "500m". Raises ValueError."""
    text = str(text)
    value = parse(text)
    match = _quantity.match(text)
    suffix = match.group(2) if match else ""
    if suffix in BINARY:
        return _binary(value)
    if suffix[:1] in ("e", "E") and suffix not in DECIMAL:
        return _exponent(value)
    return _decimal(value)


def add(*texts: str) -> str:
    """The sum, in the form of the first."""
    total = sum((parse(text) for text in texts), Decimal(0))
    if texts and _quantity.match(texts[0]) and texts[0][-1:] == "i":
        return _binary(total)
    return _decimal(total)


def _binary(value: Decimal) -> str:
    whole_value = value.to_integral_value(ROUND_CEILING)
    if whole_value != value or abs(whole_value) < 1024:
        return _decimal(value)
    number, best = int(whole_value), ""
    for suffix, power in BINARY.items():
        if number % (1024**power) == 0:
            best = f"{number // (1024**power)}{suffix}"
    return best or str(number)


def _decimal(value: Decimal) -> str:
    if value == 0:
        return "0"
    nano = int((value.scaleb(9)).to_integral_value(ROUND_CEILING))
    power = -9
    while nano % 1000 == 0 and power < 18:
        nano //= 1000
        power += 3
    return f"{nano}{SUFFIX_OF[power]}"


def _exponent(value: Decimal) -> str:
    text = _decimal(value)
    suffix = text.lstrip("+-0123456789")
    return f"{text.removesuffix(suffix)}e{DECIMAL[suffix]}" if suffix else text
