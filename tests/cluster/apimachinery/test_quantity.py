"""Quantities: exact values, and the form in which they are stored."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cluster.apimachinery import quantity


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1000m", "1"),
        ("1024Mi", "1Gi"),
        ("0.5", "500m"),
        ("1e3", "1e3"),
        ("100Ki", "100Ki"),
        ("0", "0"),
        ("1500m", "1500m"),
        ("1000k", "1M"),
        (2, "2"),
    ],
)
def test_the_canonical_form(text: str | int, canonical: str) -> None:
    assert quantity.canonical(text) == canonical


@pytest.mark.parametrize(
    ("text", "value"),
    [("1Ki", 1024), ("1k", 1000), ("100m", Decimal("0.1")), ("-2", -2), ("1E", 10**18), ("0.1n", Decimal("1e-9"))],
)
def test_the_exact_value_is_rounded_up_to_a_nano(text: str, value: Decimal | int) -> None:
    assert quantity.parse(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "quantities must match the regular expression"),
        ("lots", "quantities must match the regular expression"),
        ("1KiB", "quantities must match the regular expression"),
        ("1ee", "unable to parse quantity's suffix"),
    ],
)
def test_what_is_no_quantity_is_refused_in_upstreams_words(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        quantity.parse(text)
    assert not quantity.is_valid(text)


def test_cpu_is_counted_in_thousandths_rounded_up() -> None:
    assert [quantity.milli(text) for text in ("1", "250m", "1u")] == [1000, 250, 1]


def test_a_sum_is_shown_with_the_fewest_digits() -> None:
    assert quantity.format_decimal(Decimal("0.100") + Decimal("0.100")) == "200m"
    assert quantity.format_decimal(Decimal(3000)) == "3k"
