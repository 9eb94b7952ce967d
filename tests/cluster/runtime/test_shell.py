"""Scripts of a container, run in virtual time: what they write, how long they take, how they end."""

from __future__ import annotations

import asyncio

import pytest

from cluster.clock import VirtualClock
from cluster.runtime.files import Files
from cluster.runtime.shell import programs
from cluster.runtime.shell.interpreter import Shell
from cluster.runtime.shell.process import Exit, Pipe, Process, World


async def run(text: str, stdin: str = "") -> tuple[int, str, float]:
    """(exit code, what it wrote on both streams, seconds)"""
    clock, output = VirtualClock(), Pipe()
    world = World(clock, Files({"/etc/passwd": "root:x:0\n", "/tmp/.keep": ""}), "web-1", "10.244.1.2", Shell)
    world.has_any_program = False
    process = Process(world, {"HOME": "/root", "USER": "ann"}, Pipe(stdin, closed=True), output, output)

    async def whole() -> int:
        try:
            return await programs.run(process, ["sh", "-c", text])
        except Exit as end:
            return end.code

    since, task = clock.now(), asyncio.get_running_loop().create_task(whole())
    await clock.advance_until(task.done)
    found = (task.result(), output.taken(), round(clock.now() - since, 1))
    clock.close()
    return found


@pytest.mark.parametrize(
    ("text", "code", "output", "seconds"),
    [
        ("echo a; sleep 2; echo b", 0, "a\nb\n", 2),
        ("false && echo never || echo yes", 0, "yes\n", 0),
        ("exit 3", 3, "", 0),
        ("set -e; false; echo no", 1, "", 0),
        ('i=0; while [ $i -lt 3 ]; do echo "n $i" >> /tmp/x; i=$((i+1)); sleep 1; done; cat /tmp/x | wc -l', 0, "3\n", 3),
        ("for x in a $(seq 3 4); do touch /tmp/f$x; done; ls /tmp; rm /tmp/f*; ls /tmp", 0, "f3\nf4\nfa\n", 0),
        ("until [ -f /tmp/z ]; do sleep 1; touch /tmp/z; done; echo $((7/2*3 % 4))", 0, "1\n", 1),
        ("cat /nope; echo $?", 0, "cat: can't open '/nope': No such file or directory\n1\n", 0),
        ("echo x > /no/such", 1, "sh: can't create /no/such: nonexistent directory\n", 0),
        ("nope; echo $?", 0, "sh: nope: not found\n127\n", 0),
        ("if ! grep -q zz /etc/passwd; then echo none; elif true; then echo some; fi", 0, "none\n", 0),
        ("(sleep 5; echo late) & echo soon; wait; echo done", 0, "soon\nlate\ndone\n", 5),
        ("while true; do :; done & sleep 1; kill $!; wait; echo out", 0, "out\n", 1),
        ("cat <<EOF | wc -l\nhi $USER\nx\nEOF", 0, "2\n", 0),
        ("cat <<'EOF' > /tmp/o\na $USER\nEOF\ncat /tmp/o", 0, "a $USER\n", 0),
        ('f() { echo "arg $1 $#"; return 4; }; f "q w" e; echo $?', 0, "arg q w 2\n4\n", 0),
        ("case abc in x|y) echo 1;; a*) echo 2;; esac", 0, "2\n", 0),
        ("trap 'echo bye' EXIT; echo hi; exit 7", 7, "hi\nbye\n", 0),
        ('x="a b"; for i in $x; do echo $i; done; for i in "$x"; do echo $i; done', 0, "a\nb\na b\n", 0),
        ("echo ${NAME:-none} ${USER} ${#USER} ${USER%n}; echo 'a'\"b $USER\"c", 0, "none ann 3 an\nab annc\n", 0),
        ("while read l; do echo \"<$l>\"; done < /etc/passwd", 0, "<root:x:0>\n", 0),
        ("ls /nope 2>/dev/null; ls /nope 2>&1 | wc -l; timeout 3 sleep 10; echo $?", 0, "1\n143\n", 3),
        ("yes | head -2; echo a:b | cut -d: -f2; echo hello | sed 's/l/L/g'; echo 1 2 | awk '{print $2}'", 0,
         "y\ny\nb\nheLLo\n2\n", 0),
        ("printf '%s-%d\\n' x 5 y 6; echo ab | tr a-z A-Z; hostname", 0, "x-5\ny-6\nAB\nweb-1\n", 0),
        ("mkdir -p /a/b && cd /a/b && pwd; rmdir /a; echo $?", 0, "/a/b\nrm: '/a' is a directory\n1\n", 0),
        ("wget -qO- http://web:80/ || nslookup web 2>&1 | head -1", 0,
         "wget: bad address 'web'\n;; connection timed out; no servers could be reached\n", 0),
        ("echo a && echo b > /tmp/o; cat /tmp/o", 0, "a\nb\n", 0),
        ("curl -s 10.0.0.1; echo $?", 0, "curl: (7) Failed to connect to 10.0.0.1 port 80: Network is unreachable\n7\n", 0),
        ("if [", 2, 'sh: syntax error: unexpected "if ["\n', 0),
        ("echo $((1/0))", 2, "sh: divide by zero\n", 0),
    ],
)  # fmt: skip
async def test_a_script_runs(text: str, code: int, output: str, seconds: float) -> None:
    found = await run(text)
    assert found[:2] == (code, output)
    assert abs(found[2] - seconds) <= 0.2


async def test_a_shell_without_a_script_reads_its_input() -> None:
    assert (await run("sh", "x=1\necho $x\nexit 4\n"))[:2] == (4, "1\n")


async def test_what_never_waits_uses_the_processor_and_lets_others_live() -> None:
    code, _, seconds = await run("i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done")
    assert code == 0
    assert seconds > 0.5


@pytest.mark.parametrize("name", ["apk", "tar", "mount"])
async def test_what_is_not_simulated_says_so_and_fails(name: str) -> None:
    code, output, _ = await run(f"{name} x 2>&1 || echo failed")
    assert (code, output) == (0, f"{name}: this program is not simulated\nfailed\n")
