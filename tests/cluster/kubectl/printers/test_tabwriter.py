"""Columns are aligned as Go's tabwriter aligns them."""

from __future__ import annotations

import pytest

from cluster.kubectl.printers.tabwriter import TabWriter, columns_of


@pytest.mark.parametrize(
    ("text", "aligned"),
    [
        ("a\tb\nccc\td\n", "a    b\nccc  d\n"),
        ("a:\tb\n\nlong title:\tc\n", "a:  b\n\nlong title:  c\n"),
        ("a\tb\nno tab here at all\nccc\td\n", "a  b\nno tab here at all\nccc  d\n"),
        ("a\tb\tc\naa\tbb\n", "a   b  c\naa  bb\n"),
        ("x\t\ty\nxx\t\tyy\n", "x     y\nxx    yy\n"),
        ("one line", "one line"),
        ("", ""),
    ],
)
def test_a_column_is_a_run_of_lines(text: str, aligned: str) -> None:
    writer = TabWriter(least=0, gap=2)
    writer.write(text)
    assert writer.flush() == aligned


def test_widths_are_remembered_from_flush_to_flush() -> None:
    writer = TabWriter(least=6, gap=3, remember=True)
    writer.write("NAME\tAGE\na-long-name\t1s\n")
    assert writer.flush() == "NAME          AGE\na-long-name   1s\n"
    writer.write("b\t2s\n")
    assert writer.flush() == "b             2s\n"
    writer.forget()
    writer.write("b\t2s\n")
    assert writer.flush() == "b     2s\n"


def test_wide_signs_take_two_columns() -> None:
    assert (columns_of("ab"), columns_of("日本"), columns_of("é")) == (2, 4, 1)
