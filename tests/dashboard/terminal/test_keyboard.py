"""What is typed in the page while a program runs."""

from __future__ import annotations

from dashboard.terminal.keyboard import MOST_WAITING, Keyboard


async def test_a_program_reads_what_was_typed_until_ctrl_d() -> None:
    told: list[bool] = []
    keyboard = Keyboard(told.append)
    for text in ("one\n", "tw\x04", "three\n"):
        assert keyboard.type(text)
    assert [piece async for piece in keyboard.pieces()] == ["one\n", "tw"]
    assert told == [True, False]


async def test_what_nobody_reads_does_not_grow_without_bound() -> None:
    keyboard = Keyboard(lambda reads: None)
    assert all(keyboard.type("x") for _ in range(MOST_WAITING))
    assert not keyboard.type("x")
    keyboard.forget()
    assert keyboard.type("x")
