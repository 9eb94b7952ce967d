"""Rooms stay small: a file is read in one sitting, a function on one screen (STYLE: 350 and 50 lines, hard)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LIMIT, FUNCTION_LIMIT = 350, 50

# Declarative tables may be long; each with its reason.
LONG_FILES: dict[str, str] = {}
SOURCES = [
    path
    for room in ("cluster", "dashboard", "kubelearn")
    for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= FILE_LIMIT or name_of(path) in LONG_FILES, f"{lines} lines: split it by noun"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            assert node.end_lineno - node.lineno < FUNCTION_LIMIT, f"{node.name} has more than {FUNCTION_LIMIT} lines"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_says_what_it_is(path: Path) -> None:
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "every module opens with what it is"


def test_no_exception_has_outlived_its_file() -> None:
    assert all((ROOT / name).exists() for name in LONG_FILES)
