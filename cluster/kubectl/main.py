"""kubectl: from arguments to an exit code.

1. find the command, past the global flags; 2. read its flags; 3. run it; 4. word its failure.

Every call is its own: what outlives it is in the session. Commands' modules are imported when they are used.

Models: kubectl/pkg/cmd/cmd.go, github.com/spf13/cobra/command.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.status import ApiError
from cluster.kubectl import errors, flags
from cluster.kubectl.command import GLOBAL, Command, load
from cluster.kubectl.commands import COMMANDS, ELSEWHERE, UPSTREAM
from cluster.kubectl.errors import CommandError, Several
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.session import Read, Session, Write
from cluster.wire.message import ConnectionLost

NAME = "kubectl"
ROOT = Command(NAME, f"{NAME} [flags] [options]", "kubectl controls the Kubernetes cluster manager.", parts=COMMANDS)
NEAR = 2


async def run(arguments: Sequence[str], stdin: Read, write_out: Write, write_err: Write, session: Session) -> int:
    """Do one command line (without the word "kubectl"); the exit code."""
    try:
        command, path, rest = _find(list(arguments))
        parsed = _parsed(command, path, rest)
        if parsed["help"] or command.run is None:
            return _help(command, path, parsed, write_out)
        if refusal := flags.missing(command.all_flags, parsed):
            raise CommandError(refusal)
        await command.run(Invocation(session, path, parsed, write_out, write_err, stdin))
    except (CommandError, Several, ApiError, ConnectionLost) as error:
        write_err(errors.text(error))
        return error.code if isinstance(error, CommandError) else 1
    except TimeoutError:
        write_err("Unable to connect to the server: context deadline exceeded\n")
        return 1
    return 0


def _find(arguments: list[str]) -> tuple[Command, str, list[str]]:
    """The command that the arguments name, its path, and the arguments without those names. Raises CommandError."""
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:], "--help"]
    command, path = ROOT, NAME
    while command.parts:
        at = _first_word(arguments, command)
        if at is None:
            break
        word = arguments[at]
        part = command.part(word)
        if part is None:
            if command is ROOT:
                raise CommandError(_unknown(word))
            break
        arguments = arguments[:at] + arguments[at + 1 :]
        command, path = part, f"{path} {part.name}"
    return command, path, arguments


def _first_word(arguments: Sequence[str], command: Command) -> int | None:
    """Where the first argument is that is no flag and no flag's value. Models: cobra stripFlags"""
    takes_value = {
        name
        for flag in command.all_flags
        if flag.kind != flags.BOOL and not flag.bare
        for name in (f"--{flag.name}", f"-{flag.short}")
    }
    at = 0
    while at < len(arguments):
        argument = arguments[at]
        if argument == "--":
            return None
        if argument in takes_value:
            at += 1
        elif argument and not argument.startswith("-"):
            return at
        at += 1
    return None


def _parsed(command: Command, path: str, arguments: list[str]) -> flags.Parsed:
    try:
        return flags.parse(command.all_flags, arguments)
    except flags.FlagError as error:
        raise CommandError(f"{error}\nSee '{path} --help' for usage.") from error


def _unknown(word: str) -> str:
    if word in ELSEWHERE:
        return f'the command "{word}" is not supported here (docs/kubectl.md lists those that are)'
    message = f'unknown command "{word}" for "{NAME}"'
    near = [name for name in UPSTREAM if _distance(word.lower(), name) <= NEAR or name.startswith(word.lower())]
    return message + ("\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in near) if near else "")


def _distance(word: str, other: str) -> int:
    """Levenshtein's: how many letters to add, drop or change."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        above, row[0] = row[0], at
        for index, sign in enumerate(other, 1):
            above, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, above + (letter != sign))
    return row[-1]


def _help(command: Command, path: str, parsed: flags.Parsed, write_out: Write) -> int:
    from cluster.kubectl import usage

    if command.parts and parsed.arguments and command.run is None and not parsed["help"]:
        raise CommandError(f'unknown command "{parsed.arguments[0]}" for "{path}"')
    write_out(usage.text(command, path))
    return 0


__all__ = ["GLOBAL", "load", "run"]
