"""The digits that the course's Job computes."""

from __future__ import annotations

import functools

DIGITS_A_SECOND, MOST_DIGITS = 1_000, 10_000


@functools.lru_cache(maxsize=8)
def digits_of_pi(digits: int) -> str:
    """By Machin's formula, in whole numbers."""

    def arctan_of_inverse(number: int, unit: int) -> int:
        total = term = unit // number
        divisor, sign = 3, -1
        while term:
            term //= number * number
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    unit = 10 ** (digits + 10)
    value = 4 * (4 * arctan_of_inverse(5, unit) - arctan_of_inverse(239, unit))
    text = str((value + 5 * 10**10) // 10**11)
    return f"{text[0]}.{text[1:]}"
