"""Quantities: "100m", "1Gi", "2e3".

`parse` gives the exact value; `canonical` the form in which the API server stores and shows it. A text that is
canonical already is kept as it was written, as upstream does.

Models: apimachinery/pkg/api/resource/{quantity,suffix}.go v1.37
Simplified: `milli` and `whole` are exact where upstream's 64-bit integers overflow.
"""

from __future__ import annotations

import functools
import re
from decimal import ROUND_CEILING, ROUND_UP, Context, Decimal, localcontext

FORMAT_MESSAGE = r"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
SUFFIX_MESSAGE = "unable to parse quantity's suffix"

BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
SUFFIX_OF = {power: suffix for suffix, power in DECIMAL.items()}
LARGEST = 2**63 - 1
FARTHEST_EXPONENT = 400
MOST_DIGITS = 18  # that surely fit 64 bits
EXACT = Context(prec=1000)

_quantity = re.compile(r"([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)")
_exponent = re.compile(r"[eE]([+-]?[0-9]+)")


def parts(text: str) -> tuple[str, str, str, int | None]:
    """(digits before the point, digits after it, suffix, power of ten or None for a binary suffix)."""
    match = _quantity.fullmatch(text)
    if match is None or not text:
        raise ValueError(FORMAT_MESSAGE)
    _, number, fraction, suffix = match.groups()
    if suffix in DECIMAL:
        return number or "0", fraction or "", suffix, DECIMAL[suffix]
    if suffix in BINARY:
        return number or "0", fraction or "", suffix, None
    exponent = _exponent.fullmatch(suffix)
    if exponent is None:
        raise ValueError(SUFFIX_MESSAGE)
    return number or "0", fraction or "", suffix, int(exponent.group(1))


@functools.lru_cache(maxsize=4096)
def parse(text: str | int | float) -> Decimal:
    """The exact value, rounded up to a whole nano. Raises ValueError with upstream's sentence."""
    text = str(text)
    number, fraction, suffix, power = parts(text)
    with localcontext(EXACT):
        value = Decimal(f"{number}.{fraction}")
        if power is None:
            value *= 2 ** BINARY[suffix]
        else:
            value = value.scaleb(max(-FARTHEST_EXPONENT, min(FARTHEST_EXPONENT, power)))
        if value.as_tuple().exponent < -9:  # type: ignore[operator]  # a finite number has an integer exponent
            value = value.quantize(Decimal("1e-9"), ROUND_UP)
        if power is None:
            value = min(value, Decimal(LARGEST))
        return -value if text.startswith("-") else value


def is_valid(text: object) -> bool:
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return False
    try:
        parse(text)
    except ValueError:
        return False
    return True


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
    number, fraction, suffix, power = parts(text)
    if _is_canonical(number, fraction, suffix, power):
        return text
    return _in_form(parse(text), suffix)


def format_milli(thousandths: int) -> str:
    """CPU as `describe` shows it: 250 → "250m", 2000 → "2"."""
    return _decimal(Decimal(thousandths).scaleb(-3))


def format_bytes(count: int) -> str:
    """Memory as `describe` shows it: 1073741824 → "1Gi"."""
    return _binary(Decimal(count))


def format_decimal(value: Decimal) -> str:
    """An exact value with the suffix that needs the fewest digits: 0.200 → "200m"."""
    return _decimal(value)


def add(*texts: str) -> str:
    """The sum, in the form of the first that is not zero."""
    total = sum((parse(text) for text in texts), Decimal(0))
    return _in_form(total, next((parts(text)[2] for text in texts if parse(text)), ""))


def _is_canonical(number: str, fraction: str, suffix: str, power: int | None) -> bool:
    """Is this text kept as written? Models: ParseQuantity's fast path"""
    if power is None:
        digits_left = 14 - len(number) - BINARY[suffix] * 3 // 10
        return not fraction and digits_left >= 0 and int(number) & 7 != 0
    scale, digits = power - len(fraction), number + fraction
    if len(digits) > MOST_DIGITS or scale < -9:
        return False
    return scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"


def _in_form(value: Decimal, suffix: str) -> str:
    if suffix in BINARY:
        return _binary(value)
    if suffix in DECIMAL:
        return _decimal(value)
    number, power = _shortest(value)
    return f"{number}e{power}" if power else str(number)


def _binary(value: Decimal) -> str:
    if abs(value) < 1024 or value != value.to_integral_value():
        return _decimal(value)
    number, best = int(value), ""
    for suffix, shift in BINARY.items():
        if number % (1 << shift) == 0:
            best = f"{number >> shift}{suffix}"
    return best or str(number)


def _decimal(value: Decimal) -> str:
    number, power = _shortest(value, highest=18)
    return f"{number}{SUFFIX_OF[power]}"


def _shortest(value: Decimal, highest: int = FARTHEST_EXPONENT) -> tuple[int, int]:
    """(number, power of ten that three divides) with the fewest digits."""
    if value == 0:
        return 0, 0
    with localcontext(EXACT):
        number, power = int(value.scaleb(9).to_integral_value(ROUND_CEILING)), -9
    while number % 1000 == 0 and power < highest:
        number, power = number // 1000, power + 3
    return number, power
