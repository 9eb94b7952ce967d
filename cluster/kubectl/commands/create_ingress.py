"""`kubectl create ingress`. Models: kubectl/pkg/cmd/create/create_ingress.go v1.37"""

from __future__ import annotations

import re
from typing import Any

from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import ARRAY, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

Obj = dict[str, Any]
INGRESSES = Resource("networking.k8s.io", "v1", "ingresses", "ingress", "Ingress", True)
RULE = re.compile(r"[\w*\-.]*/.*=[\w\-]+:[\w\-]+(,tls=?([\w\-]+)?)?", re.ASCII)
TOO_LITTLE = (
    "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) "
    "or a list of rules (which catch specific paths)"
)


async def run(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    _validate(flags["rule"], flags["default-backend"], flags["annotation"])
    metadata: Obj = {"name": name}
    if flags["annotation"]:
        metadata["annotations"] = dict(text.split("=", 1) for text in flags["annotation"])
    spec: Obj = {}
    if flags["class"]:
        spec["ingressClassName"] = flags["class"]
    if flags["default-backend"]:
        spec["defaultBackend"] = _backend(flags["default-backend"])
    if tls := _tls(flags["rule"]):
        spec["tls"] = tls
    if rules := _rules(flags["rule"]):
        spec["rules"] = rules
    obj = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata,
        "spec": spec,
        "status": {"loadBalancer": {}},
    }
    await submission.submit(invocation, INGRESSES, obj, prefix="failed to create ingress")


def _validate(rules: tuple[str, ...], backend: str, annotations: tuple[str, ...]) -> None:
    """Raises CommandError."""
    if not backend and not rules:
        raise CommandError(TOO_LITTLE)
    for rule in rules:
        if not RULE.match(rule):
            raise CommandError(
                f"rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            )
    for annotation in annotations:
        if "=" not in annotation:
            raise CommandError(f"annotation {annotation} is invalid and should be in format key=[value]")
    if backend and backend.count(":") != 1:
        raise CommandError("default-backend should be in format servicename:serviceport")


def _tls(rules: tuple[str, ...]) -> list[Obj]:
    """The hosts of each secret, a host once, in the order of the rules."""
    found: list[Obj] = []
    known: set[str] = set()
    for rule in rules:
        parts = rule.split(",")
        host = rule.partition("/")[0]
        if len(parts) != 2 or host in known:
            continue
        known.add(host)
        secret = parts[1].partition("=")[2]
        same = next((each for each in found if each.get("secretName", "") == secret), None)
        if same is not None:
            same.setdefault("hosts", []).append(host)
        elif entry := ({"hosts": [host]} if host else {}) | ({"secretName": secret} if secret else {}):
            found.append(entry)
    return found


def _rules(rules: tuple[str, ...]) -> list[Obj]:
    found: list[Obj] = []
    for rule in rules:
        host, _, rest = rule.partition(",")[0].partition("/")
        same = next((each for each in found if each.get("host", "") == host), None)
        if same is None:
            same = ({"host": host} if host else {}) | {"http": {"paths": []}}
            found.append(same)
        same["http"]["paths"].append(_path(rest))
    return found


def _path(text: str) -> Obj:
    path, service = text.split("=")[:2]
    prefix = path.endswith("*")
    return {
        "path": "/" + path.removesuffix("*"),
        "pathType": "Prefix" if prefix else "Exact",
        "backend": _backend(service),
    }


def _backend(text: str) -> Obj:
    name, port = text.split(":")[:2]
    number = re.fullmatch(r"[+-]?\d+", port)
    return {"service": {"name": name, "port": {"number": int(port)} if number else {"name": port}}}


COMMAND = Command(
    "ingress",
    "kubectl create ingress NAME --rule=host/path=service:port[,tls[=secret]] [options]",
    "Create an ingress with the specified name",
    (
        *submission.FLAGS,
        Flag("class", help="The ingress class"),
        Flag("rule", ARRAY, help="host/path=service:port[,tls=secret]; a path that ends in * is a prefix"),
        Flag("default-backend", help="The service of everything else, as service:port"),
        Flag("annotation", ARRAY, help="An annotation, as key=value"),
    ),
    run,
)
