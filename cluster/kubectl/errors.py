"""How a command fails, and how kubectl words each failure on stderr.

Models: kubectl/pkg/cmd/util/helpers.go checkErr, StandardErrorMessage v1.37
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

from cluster.apimachinery.status import ApiError
from cluster.wire.message import ConnectionLost

UNREACHABLE = "Unable to connect to the server: EOF"


class CommandError(Exception):
    """The command refuses or fails with this sentence; `code` is the exit code."""

    def __init__(self, message: str = "", code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class Bare(CommandError):
    """A failure that upstream tells without "error: " before it."""


class Several(Exception):
    """More than one failure, each told on a line of its own."""

    def __init__(self, errors: Sequence[Exception]) -> None:
        super().__init__(", ".join(str(error) for error in errors))
        self.errors = list(errors)


class Refused(ConnectionLost):
    """Nobody listens at the server's address."""

    def __init__(self, host: str) -> None:
        super().__init__(f"The connection to the server {host} was refused - did you specify the right host or port?")


def usage_error(command_path: str, message: str) -> CommandError:
    return CommandError(f"{message}\nSee '{command_path} -h' for help and examples")


def raise_all(errors: Sequence[Exception]) -> None:
    """Raise what went wrong: nothing, the one, or all of them."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Several(errors)


def with_source(verb: str, source: str, error: Exception) -> Exception:
    """The failure, told with the file it concerns ("" for none). Models: AddSourceToErr"""
    if not source:
        return error
    if isinstance(error, ApiError):
        return ApiError({**error.status, "message": f'error when {verb} "{source}": {error.message}'})
    return CommandError(f'error when {verb} "{source}": {error}')


def text(error: Exception) -> str:
    """What stderr shows for a failure, ending in a newline; "" for a failure that was told already."""
    if isinstance(error, Several) and len(error.errors) == 1:
        error = error.errors[0]
    if isinstance(error, ApiError) and error.reason == "Invalid":
        return _invalid(error)
    if isinstance(error, Several):
        return "".join(f"{_standard(each)}\n" for each in error.errors)
    message = _standard(error)
    if not message:
        return ""
    if not isinstance(error, ApiError | ConnectionLost | Bare) and not message.startswith(
        ("error: ", "Error in config")
    ):
        message = f"error: {message}"
    return message if message.endswith("\n") else f"{message}\n"


def _standard(error: Exception) -> str:
    """A failure as it stands in a list of several. Models: messageForError"""
    if isinstance(error, ApiError):
        if error.reason == "Unauthorized":
            return f"error: You must be logged in to the server ({error.message})"
        return f"Error from server ({error.reason}): {error.message}" if error.reason else f"Error from server: {error}"
    cause = error.__cause__
    if isinstance(error, ConnectionLost) and isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED:
        error = Refused(f"{getattr(cause, 'host', '')}:{getattr(cause, 'port', '')}")
    if isinstance(error, Refused):
        return str(error)
    return UNREACHABLE if isinstance(error, ConnectionLost) else str(error)


def _invalid(error: ApiError) -> str:
    details = error.status.get("details")
    found = "The request is invalid"
    if not details:
        return f"{found}: {error.message}\n" if error.message else f"{found}\n"
    causes = list(
        dict.fromkeys(f"{each.get('field', '')}: {each.get('message', '')}" for each in details.get("causes") or ())
    )
    if details.get("kind") or details.get("name"):
        found = f'The {details.get("kind", "")} "{details.get("name", "")}" is invalid'
    elif error.message and not causes:
        found += f": {error.message}"
    if not causes:
        return f"{found}\n"
    if len(causes) == 1:
        return f"{found}: {causes[0]}\n"
    return f"{found}: \n" + "".join(f"* {cause}\n" for cause in causes)
