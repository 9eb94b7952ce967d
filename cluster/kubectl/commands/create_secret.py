"""`kubectl create secret`: generic, tls. Models: kubectl/pkg/cmd/create/create_secret{,_tls}.go v1.37"""

from __future__ import annotations

import base64
from typing import Any

from cluster.kubectl import data_sources, submission
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

SECRETS = Resource("", "v1", "secrets", "secret", "Secret", True)
TLS_TYPE = "kubernetes.io/tls"


async def generic(invocation: Invocation) -> None:
    name = submission.name_argument(invocation)
    data = data_sources.collect(invocation, "Secret", name)
    await _submit(invocation, name, data, invocation.flags["type"])


async def tls(invocation: Invocation) -> None:
    name = submission.name_argument(invocation)
    data = {}
    for key, flag in (("tls.crt", "cert"), ("tls.key", "key")):
        path = invocation.flags[flag]
        if not path:
            raise CommandError("key and cert must be specified")
        try:
            data[key] = invocation.session.files.read_bytes(path)
        except OSError as error:
            raise CommandError(f"open {path}: no such file or directory") from error
    await _submit(invocation, name, data, TLS_TYPE)


async def _submit(invocation: Invocation, name: str, data: dict[str, bytes], kind: str) -> None:
    obj: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}}
    if data:
        obj["data"] = {key: base64.b64encode(value).decode() for key, value in data.items()}
    if kind:
        obj["type"] = kind
    await submission.submit(invocation, SECRETS, obj, prefix="failed to create secret")


GENERIC = Command(
    "generic",
    "kubectl create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [options]",
    "Create a secret from a local file, directory, or literal value",
    (*submission.FLAGS, *data_sources.FLAGS, Flag("type", help="The type of secret to create")),
    generic,
)
TLS = Command(
    "tls",
    "kubectl create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file [options]",
    "Create a TLS secret",
    (*submission.FLAGS, Flag("cert", help="The certificate's file"), Flag("key", help="The private key's file")),
    tls,
)
COMMAND = Command(
    "secret",
    "kubectl create secret (docker-registry | generic | tls) [options]",
    "Create a secret using a specified subcommand",
    parts={"generic": "create_secret:GENERIC", "tls": "create_secret:TLS"},
)
