"""The terminal's WebSocket: one line at a time, stopped when asked, and when it writes more than the page takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator

from cluster.clock import Clock
from dashboard.consumers import terminal
from dashboard.consumers.terminal import MOST_WAITING, STOPPED, TerminalConsumer
from dashboard.terminal.keyboard import Keyboard

pytestmark = pytest.mark.django_db  # channels closes old connections, where a thread has one

pytestmark = pytest.mark.django_db(transaction=True)  # channels looks after its connections

Write = Callable[[str], object]
Program = Callable[[str, Write, Write], Awaitable[int]]
OWNER = SimpleNamespace(is_authenticated=True, get_username=lambda: "owner")


class Page:
    """A page's end of the line; `programs` are what can be run."""

    def __init__(self, programs: dict[str, Program], user: Any = OWNER) -> None:
        self.line = WebsocketCommunicator(TerminalConsumer.as_asgi(), "/ws/c/demo/terminal/")
        self.line.scope |= {"url_route": {"kwargs": {"slug": "demo"}}, "user": user}
        self.programs = programs

    async def says(self, message: Any) -> None:
        await self.line.send_json_to(message)

    async def until_done(self) -> list[dict[str, Any]]:
        found = [await self.line.receive_json_from(5)]
        while "done" not in found[-1]:
            found.append(await self.line.receive_json_from(5))
        return found


@pytest.fixture
def keyboards() -> list[Keyboard]:
    """Of each terminal that was opened."""
    return []


@pytest.fixture
async def programs(monkeypatch: pytest.MonkeyPatch, keyboards: list[Keyboard]) -> AsyncIterator[dict[str, Program]]:
    found: dict[str, Program] = {}
    clock = Clock()
    cluster = SimpleNamespace(slug="demo", on_shut_down=[], pace_clock=clock)
    shell = SimpleNamespace(session=None, run=lambda typed, out, err: found[typed](typed, out, err))
    monkeypatch.setattr(terminal, "FLEET", SimpleNamespace(get=lambda slug: cluster))
    monkeypatch.setattr("dashboard.terminal.identity.session_of", lambda cluster, user: None)

    def made(session: Any, keyboard: Keyboard) -> Any:
        keyboards.append(keyboard)
        return shell

    monkeypatch.setattr("dashboard.terminal.shell.Shell", made)
    yield found
    assert cluster.on_shut_down == []
    clock.close()


async def hello(typed: str, out: Write, err: Write) -> int:
    out("hel")
    out("lo\n")
    err("oh\n")
    return 3


async def for_ever(typed: str, out: Write, err: Write) -> int:
    out("begun\n")
    await asyncio.Event().wait()
    return 0


async def flood(typed: str, out: Write, err: Write) -> int:
    for _ in range(10):
        out("x" * (MOST_WAITING // 4))
    return 0


async def broken(typed: str, out: Write, err: Write) -> int:
    raise ZeroDivisionError("no")


async def test_what_is_written_is_told_then_the_exit_code(programs: dict[str, Program]) -> None:
    programs |= {"hello": hello, "broken": broken}
    page = Page(programs)
    assert (await page.line.connect())[0]
    await page.says({"run": "hello"})
    assert await page.until_done() == [{"out": "hello\n"}, {"err": "oh\n"}, {"done": 3}]
    await page.says({"run": "broken"})
    assert await page.until_done() == [{"err": "error: ZeroDivisionError: no\n"}, {"done": 1}]
    await page.line.disconnect()


async def test_one_line_runs_at_a_time_and_is_stopped_when_asked(programs: dict[str, Program]) -> None:
    programs |= {"for ever": for_ever, "hello": hello}
    page = Page(programs)
    await page.line.connect()
    await page.says({"run": "for ever"})
    assert await page.line.receive_json_from(5) == {"out": "begun\n"}
    await page.says({"run": "hello"})
    assert "is running" in (await page.line.receive_json_from(5))["err"]
    await page.says({"stop": True})
    assert await page.until_done() == [{"done": STOPPED}]
    await page.line.disconnect()


async def test_what_is_typed_while_a_command_runs_goes_to_it(
    programs: dict[str, Program], keyboards: list[Keyboard]
) -> None:
    async def echo(typed: str, out: Write, err: Write) -> int:
        async for piece in keyboards[0].pieces():
            out(f"got {piece}")
        return 0

    programs["echo"] = echo
    page = Page(programs)
    await page.line.connect()
    await page.says({"input": "too early\n"})
    await page.says({"run": "echo"})
    assert await page.line.receive_json_from(5) == {"reads": True}
    await page.says({"input": "one\n"})
    assert await page.line.receive_json_from(5) == {"out": "got one\n"}
    await page.says({"input": "\x04"})
    assert await page.until_done() == [{"reads": False}, {"done": 0}]
    await page.line.disconnect()


async def test_more_than_the_page_takes_stops_the_program(programs: dict[str, Program]) -> None:
    programs |= {"flood": flood, "hello": hello}
    page = Page(programs)
    await page.line.connect()
    await page.says({"run": "flood"})
    told = await page.until_done()
    assert sum(len(each.get("out", "")) for each in told) == MOST_WAITING
    assert "more than the page can show" in told[-2]["err"]
    await page.says({"taken": MOST_WAITING * 2})
    await page.says({"run": "hello"})
    assert (await page.until_done())[-1] == {"done": 3}
    await page.line.disconnect()


@pytest.mark.parametrize("nonsense", ["x", "{", "[]", '{"run": 5}', '{"taken": "x"}', '{"complete": null}'])
async def test_nonsense_is_not_heard(programs: dict[str, Program], nonsense: str) -> None:
    programs["hello"] = hello
    page = Page(programs)
    await page.line.connect()
    await page.line.send_to(nonsense)
    await page.says({"run": "hello"})
    assert (await page.until_done())[-1] == {"done": 3}
    await page.line.disconnect()


async def test_who_has_not_signed_in_is_turned_away(programs: dict[str, Program]) -> None:
    page = Page(programs, SimpleNamespace(is_authenticated=False))
    assert await page.line.connect() == (False, 4403)
