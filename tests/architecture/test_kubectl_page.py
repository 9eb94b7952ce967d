"""docs/kubectl.md has a heading for every command of the Python kubectl, and none for one that is not there."""

import re
from pathlib import Path

import pytest

from cluster.kubectl import command
from cluster.kubectl.commands import COMMANDS, ELSEWHERE

PAGE = (Path(__file__).resolve().parents[2] / "docs/kubectl.md").read_text()


def test_every_command_has_its_heading() -> None:
    assert sorted(re.findall(r"^### (\S+)$", PAGE, re.M)) == sorted(COMMANDS)


def test_what_is_missing_is_not_there() -> None:
    assert not set(COMMANDS) & set(ELSEWHERE)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_the_one_its_name_says(name: str) -> None:
    found = command.load(COMMANDS[name])
    assert found.name == name
    assert found.run or found.parts
    for part, module in found.parts.items():
        assert (
            part == command.load(module).name
            or len(part) < len(command.load(module).name)
            or part in ("resourcequota",)
        )
