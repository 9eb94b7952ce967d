"""The channels of a conversation with a command: which bytes of a message are its input, its outputs, its end.

A message is a channel's number and its bytes; CLOSE names the channel that ends. Spoken by the runtime and by who asks; the
kubelet and the API server pass it on.
Models: apimachinery/pkg/util/remotecommand/constants.go v1.37
"""

from __future__ import annotations

from typing import Any

import orjson

STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")


def message(channel: int, content: bytes) -> bytes:
    return bytes([channel]) + content


def ended(code: int) -> bytes:
    """How a command ended: a Status, for the channel of errors."""
    told: dict[str, Any] = {"metadata": {}, "status": "Success"}
    if code:
        told = {
            "metadata": {},
            "status": "Failure",
            "message": f"command terminated with exit code {code}",
            "reason": "NonZeroExitCode",
            "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
        }
    return message(ERROR, orjson.dumps(told))


def failed(why: str) -> bytes:
    """A command that could not be run to its end."""
    told = {"metadata": {}, "status": "Failure", "message": why, "reason": "InternalError", "code": 500}
    return message(ERROR, orjson.dumps(told))
