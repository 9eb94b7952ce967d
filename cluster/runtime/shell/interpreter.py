"""Goes through a script's tree: lists, pipes, loops, conditions, functions, redirections, jobs, traps.

Simple commands are builtins (`builtins`), functions of the script, or `programs`. Models: busybox shell/ash.c
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from cluster.runtime.shell import builtins, conditions, programs, redirections, words
from cluster.runtime.shell.control import Loop, Return
from cluster.runtime.shell.parsing import SyntaxProblem, parse, text_of
from cluster.runtime.shell.process import BrokenPipe, Exit, FileFault, Pipe, Process

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 100
BROKEN_PIPE = 141


class Shell:
    """One shell, or a subshell of it."""

    def __init__(self, process: Process, arguments: list[str] | None = None, depth: int = 0) -> None:
        self.process = process
        self.arguments = arguments or []
        self.name = "sh"
        self.code = 0
        self.depth = depth
        self.functions: dict[str, Node] = {}
        self.jobs: list[asyncio.Task[int]] = []
        self.options: set[str] = set()
        self.asked = 0
        """How deep it is inside a condition, where `set -e` lets commands fail."""

    # --- whole scripts ---------------------------------------------------------------------------------------------

    async def run(self, text: str) -> int:
        """A script to its end; its exit code."""
        try:
            await self.source(text)
        except Exit as end:
            self.code = end.code
        except (Return, Loop):
            pass
        return await self.leave()

    async def leave(self) -> int:
        """The EXIT trap, once."""
        if (trap := self.process.trap.pop("EXIT", None)) is not None:
            code = self.code
            try:
                await self.source(trap)
            except Exit as end:
                code = end.code
            self.code = code
        return self.code

    async def source(self, text: str) -> int:
        """Run a text in this shell."""
        try:
            tree = parse(text)
        except SyntaxProblem as problem:
            self.process.complain(f"{self.name}: {problem}")
            raise Exit(2) from problem
        return await self.all(tree.root_node.children)

    async def all(self, nodes: list[Node]) -> int:
        """Statements one after another; one with & after it goes on by itself."""
        for index, node in enumerate(nodes):
            if not node.is_named or node.type == "comment":
                continue
            follower = nodes[index + 1].type if index + 1 < len(nodes) else ""
            if follower == "&":
                self._in_background(node)
            else:
                await self.one(node)
        return self.code

    async def one(self, node: Node) -> int:
        """One statement of any kind."""
        await self.process.step()
        method = getattr(self, f"_{node.type}", None)
        if method is None:
            self.process.complain(f"{self.name}: {node.type.replace('_', ' ')} is not supported")
            self.code = 2
            return 2
        try:
            found: int = await method(node)
        except (words.ExpansionProblem, FileFault) as problem:
            self.process.complain(f"{self.name}: {problem}")
            if isinstance(problem, words.ExpansionProblem):
                raise Exit(2) from problem
            found = 1
        self.code = found
        if found and "e" in self.options and not self.asked and node.type in ("command", "pipeline", "subshell"):
            raise Exit(found)
        return found

    async def asks(self, nodes: list[Node]) -> bool:
        """Run a condition."""
        self.asked += 1
        try:
            return await self.all(nodes) == 0
        finally:
            self.asked -= 1

    # --- subshells and jobs ----------------------------------------------------------------------------------------

    def subshell(self, **streams: Any) -> Shell:
        if self.depth >= DEEPEST:
            self.process.complain(f"{self.name}: can't fork: Resource temporarily unavailable")
            raise Exit(2)
        found = Shell(self.process.child(**streams), list(self.arguments), self.depth + 1)
        found.functions, found.options, found.code = dict(self.functions), set(self.options), self.code
        return found

    def _in_background(self, node: Node) -> None:
        world = self.process.world
        inner = self.subshell(stdin=Pipe(closed=True))
        world.next_pid += 1
        inner.process.pid, inner.process.name = world.next_pid, text_of(node)
        task = asyncio.get_running_loop().create_task(inner.alone(node))
        inner.process.task = task
        world.processes[inner.process.pid] = inner.process
        task.add_done_callback(lambda _: world.processes.pop(inner.process.pid, None))
        self.jobs.append(task)
        self.process.env["!"] = str(inner.process.pid)
        self.code = 0

    async def alone(self, node: Node, redirects: Sequence[Node] = ()) -> int:
        """A part of a script as a process of its own."""
        try:
            await redirections.redirected(self, node, redirects)
        except Exit as end:
            self.code = end.code
        except BrokenPipe:
            self.code = BROKEN_PIPE
        except (Return, Loop):
            pass
        return await self.leave()

    async def substituted(self, node: Node) -> str:
        """$( ) and ` `: what the inside writes, without the line ends behind it."""
        if text_of(node).startswith("`"):
            return await self._captured(text_of(node)[1:-1].replace("\\`", "`"))
        return await self._captured(text_of(node)[2:-1])

    async def _captured(self, text: str) -> str:
        output = Pipe()
        inner = self.subshell(stdout=output)
        self.code = await inner.run(text)
        return output.taken().rstrip("\n")

    # --- variables -------------------------------------------------------------------------------------------------

    def variable(self, name: str) -> str:
        match name:
            case "?":
                return str(self.code)
            case "#":
                return str(len(self.arguments))
            case "@" | "*":
                return " ".join(self.arguments)
            case "$":
                return str(self.process.pid or 1)
            case "0":
                return self.name
            case "RANDOM":
                return str(self.process.world.clock.random.randrange(32768))
        if name.isdigit():
            return self.arguments[int(name) - 1] if int(name) <= len(self.arguments) else ""
        if name not in self.process.env and "u" in self.options:
            raise words.ExpansionProblem(f"{name}: parameter not set")
        return self.process.env.get(name, "")

    def is_set(self, name: str) -> bool:
        return name in self.process.env or (name.isdigit() and int(name) <= len(self.arguments))

    async def assigned(self, node: Node) -> tuple[str, str]:
        name = text_of(node.children[0])
        value = await words.text(self, node.children[2]) if len(node.children) > 2 else ""
        return name, self.process.env.get(name, "") + value if node.children[1].type == "+=" else value

    async def _variable_assignment(self, node: Node) -> int:
        self.code = 0
        name, value = await self.assigned(node)
        self.process.env[name] = value
        return self.code

    async def _variable_assignments(self, node: Node) -> int:
        for child in node.named_children:
            await self._variable_assignment(child)
        return self.code

    async def _declaration_command(self, node: Node) -> int:
        """export, local, readonly, declare: one variable space; what is set is exported."""
        for child in node.named_children:
            if child.type == "variable_assignment":
                await self._variable_assignment(child)
        return 0

    async def _unset_command(self, node: Node) -> int:
        for child in node.named_children:
            self.process.env.pop(text_of(child), None)
        return 0

    # --- simple commands -------------------------------------------------------------------------------------------

    async def _command(self, node: Node) -> int:
        assignments = [each for each in node.children if each.type == "variable_assignment"]
        redirects = [each for each in node.children if each.type.endswith("_redirect")]
        nodes = [
            each
            for each in node.children
            if each.type not in ("variable_assignment", "&") and not each.type.endswith("_redirect")
        ]
        argv = await words.fields(self, nodes)
        pairs = [await self.assigned(each) for each in assignments]
        if not argv:
            self.process.env.update(pairs)
            return self.code
        if redirects:
            return await self._redirected(redirects, argv, dict(pairs))
        return await self.call(argv, dict(pairs))

    async def _redirected(self, redirects: list[Node], argv: list[str], extra: dict[str, str]) -> int:
        async with redirections.applied(self, redirects):
            return await self.call(argv, extra)

    async def call(self, argv: list[str], extra: dict[str, str]) -> int:
        """A function, a builtin, or a program."""
        if (function := self.functions.get(argv[0])) is not None:
            return await self._called(function, argv[1:])
        if (builtin := builtins.TABLE.get(argv[0])) is not None:
            self.process.env.update(extra)
            return await builtin(self, argv[1:])
        process = self.process.child()
        process.env.update(extra)
        return await programs.run(process, argv)

    async def _called(self, function: Node, arguments: list[str]) -> int:
        if self.depth >= DEEPEST:
            self.process.complain(f"{self.name}: maximum recursion depth exceeded")
            raise Exit(2)
        before, self.arguments = self.arguments, arguments
        self.depth += 1
        try:
            return await self.one(function)
        except Return as found:
            return found.code
        finally:
            self.arguments = before
            self.depth -= 1

    async def _function_definition(self, node: Node) -> int:
        body = node.child_by_field_name("body")
        name = node.child_by_field_name("name")
        if name is not None and body is not None:
            self.functions[text_of(name)] = body
        return 0

    async def _test_command(self, node: Node) -> int:
        if node.children[0].type == "((":
            return 0 if await words.calculated(self, node) else 1
        asked: list[str] = []
        for child in node.children[1:-1]:
            asked += await self._operands(child)
        try:
            return 0 if conditions.holds(self.process, asked) else 1
        except conditions.TestProblem as problem:
            self.process.complain(f"{self.name}: {problem}")
            return 2

    async def _operands(self, node: Node) -> list[str]:
        if node.type in ("binary_expression", "unary_expression", "parenthesized_expression", "negation_expression"):
            return [found for child in node.children for found in await self._operands(child)]
        if node.type == "test_operator" or not node.is_named:
            return [text_of(node)]
        return await words.fields(self, [node])

    # --- compound commands -----------------------------------------------------------------------------------------

    async def _list(self, node: Node) -> int:
        return await self.listed(node, self.one)

    async def listed(self, node: Node, last: Callable[[Node], Awaitable[int]]) -> int:
        """A list's first part, then with `last` its second, if it is its turn."""
        left, operator, right = node.children[0], node.children[1].type, node.children[-1]
        self.asked += 1
        try:
            code = await self.one(left)
        finally:
            self.asked -= 1
        return await last(right) if (code == 0) == (operator == "&&") else code

    async def _negated_command(self, node: Node) -> int:
        return 0 if not await self.asks(node.children[1:]) else 1

    async def _redirected_statement(self, node: Node) -> int:
        redirects = [each for each in node.children if each.type.endswith("_redirect")]
        body = [each for each in node.children if not each.type.endswith("_redirect")]
        nested = [found for each in redirects for found in each.children if found.type in ("pipeline", "list")]
        if len(body) == 1 and body[0].type == "list":  # the grammar hangs the last command's redirections on the list
            return await self.listed(body[0], lambda right: redirections.redirected(self, right, redirects))
        async with redirections.applied(self, redirects):
            if nested and body:
                return await redirections.heredoc_pipeline(self, body[0], nested[0])
            return await self.all(body)

    async def _pipeline(self, node: Node) -> int:
        stages = [each for each in node.children if each.is_named]
        inner, redirects = redirections.parts(stages[0])
        if inner.type == "list":  # the grammar takes a list with redirections for a pipe's first command
            return await self.listed(inner, lambda right: redirections.pipeline(self, [right, *stages[1:]], redirects))
        if node.children[0].type == "!":
            return 1 if await redirections.pipeline(self, stages) == 0 else 0
        return await redirections.pipeline(self, stages)

    async def _subshell(self, node: Node) -> int:
        inner = self.subshell()
        try:
            await inner.all(node.children[1:-1])
        except Exit as end:
            inner.code = end.code
        return await inner.leave()

    async def _compound_statement(self, node: Node) -> int:
        if node.children[0].type == "((":
            return 0 if await words.calculated(self, node) else 1
        self.code = 0
        return await self.all(node.children[1:-1])

    async def _do_group(self, node: Node) -> int:
        return await self.all(node.children[1:-1])

    _if_statement = builtins.if_statement
    _while_statement = builtins.while_statement
    _for_statement = builtins.for_statement
    _c_style_for_statement = builtins.c_for_statement
    _case_statement = builtins.case_statement
