"""Command lines read once: what they write when, when they end, which files are there."""

from __future__ import annotations

import pytest

from cluster.runtime import script


@pytest.mark.parametrize(
    ("text", "seconds", "code", "lines"),
    [
        ("echo a; sleep 2; echo b", 2.0, 0, [(0.0, "a"), (2.0, "b")]),
        ("false && echo never", 0.0, 1, []),
        ("false; echo still", 0.0, 0, [(0.0, "still")]),
        ("exit 3", 0.0, 3, []),
        ("for i in 1 2; do echo n $i; sleep 1; done", 2.0, 0, [(0.0, "n 1"), (1.0, "n 2")]),
        ("for i in $(seq 2); do echo $i; done", 0.0, 0, [(0.0, "1"), (0.0, "2")]),
        ("sleep infinity", None, 0, []),
        ("nginx -g 'daemon off;'", None, 0, []),
        ("cat /etc/hosts", 0.0, 0, []),
        ("wget -qO- http://web; echo done", 0.0, 0, [(0.0, "done")]),
        ("perl -e 'print 1'", 0.0, 0, [(0.0, "1")]),
        ("perl -Mbignum=bpi -wle 'print bpi(20)'", 0.02, 0, [(0.02, "3.1415926535897932385")]),
        ("python3 server.py", None, 0, []),
        ("touch /a; rm /a; cat /a", 0.0, 1, [(0.0, "cat: can't open '/a': No such file or directory")]),
    ],
)
def test_a_script_is_read(text: str, seconds: float | None, code: int, lines: list[tuple[float, str]]) -> None:
    found = script.run(["sh", "-c", text])
    assert (found.seconds, found.exit_code, list(found.lines)) == (seconds, code, lines)


def test_a_loop_writes_for_ever() -> None:
    found = script.run(["sh", "-c", "echo a; while true; do echo x; sleep 2; echo y; sleep 1; done"])
    assert [at for at, _ in found.written(6.5)] == [0.0, 0.0, 2.0, 3.0, 5.0, 6.0]
    assert [found.next_line(age) for age in (0.0, 2.0, 6.5)] == [2.0, 3.0, 8.0]
    assert len(found.written(1e9)) <= 2 * script.MOST_ROUNDS + 1


def test_files_come_and_go_with_the_script() -> None:
    found = script.run(["sh", "-c", "touch /tmp/h; sleep 30; rm /tmp/h; sleep 600"])
    assert found.files == {"/tmp/h": (0.0, 30.0)}
    assert script.run(["cat", "/tmp/h"], {"/tmp/h": False}).exit_code == 1
    assert script.run(["cat", "/other"], {}, present=False).exit_code == 1
