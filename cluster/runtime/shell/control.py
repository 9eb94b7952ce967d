"""How a script's flow leaves a loop or a function."""

from __future__ import annotations


class Loop(Exception):
    """break and continue: out of how many loops."""

    def __init__(self, levels: int, *, again: bool) -> None:
        super().__init__(levels)
        self.levels, self.again = levels, again


class Return(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
