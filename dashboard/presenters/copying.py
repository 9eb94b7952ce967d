"""A request to the API server as a `kubectl` and a `curl` command that would ask the same. Pure; secrets are masked."""

from __future__ import annotations

import json
import shlex
from typing import Any

from dashboard.presenters.difference import as_yaml

Hop = dict[str, Any]
MASK = "…"
PATCHES = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
}
APPLY = "application/apply-patch+yaml"
FILES = "--cacert ca.crt --cert client.crt --key client.key"
OWN_HEADERS = ("accept", "content-type")


def masked(body: Any) -> Any:
    """A body without what must stay secret: a Secret's values, and tokens."""
    if isinstance(body, list):
        return [masked(each) for each in body]
    if not isinstance(body, dict):
        return body
    found = {name: masked(value) for name, value in body.items()}
    if body.get("kind") == "Secret":
        for name in ("data", "stringData"):
            if isinstance(body.get(name), dict):
                found[name] = dict.fromkeys(body[name], MASK)
    for name in ("token", "bootstrapToken"):
        if isinstance(body.get(name), str):
            found[name] = MASK
    return found


def curl(hop: Hop, server: str) -> str:
    """`server` is the API server's address with the cluster's path."""
    query = "&".join(f"{name}={value}" for name, value in hop["query"].items())
    parts = ["curl", *FILES.split(), "-X", hop["verb"], server + hop["path"] + (f"?{query}" if query else "")]
    for name in OWN_HEADERS:
        if value := hop["headers"].get(name):
            parts += ["-H", f"{name}: {value}"]
    if hop["request"] is not None:
        body = masked(hop["request"])
        parts += ["--data-raw", body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)]
    return shlex.join(parts)


def kubectl(hop: Hop) -> str:
    """The nearest command; `--raw` where no command asks exactly this."""
    subject, body = hop["subject"], masked(hop["request"])
    name, subresource = subject["name"], _subresource(hop)
    plain = hop["path"].startswith(("/api/v1/", "/apis/")) and subject["resource"]
    where = ["-n", subject["namespace"]] if subject["namespace"] else []
    if hop["verb"] == "GET" and plain and not subresource:
        return shlex.join(["kubectl", *_get(hop, subject, where)])
    if not plain or (subresource and subresource not in ("status", "scale")):
        return _raw(hop, body)
    through = [f"--subresource={subresource}"] if subresource else []
    if hop["verb"] == "DELETE" and name:
        return shlex.join(["kubectl", "delete", subject["resource"], name, *where])
    if hop["verb"] == "PATCH":
        return _patch(hop, body, [*where, *through])
    verb = {"POST": "create", "PUT": "replace"}.get(hop["verb"])
    return _piped(["kubectl", verb, *through, "-f", "-"], body) if verb else _raw(hop, body)


def _get(hop: Hop, subject: dict[str, str], where: list[str]) -> list[str]:
    named = bool(subject["name"]) and hop["path"].rstrip("/").endswith(f"/{subject['name']}")
    found = ["get", subject["resource"], *([subject["name"]] if named else []), *(where or ([] if named else ["-A"]))]
    for parameter, flag in (("labelSelector", "-l"), ("fieldSelector", "--field-selector")):
        if value := hop["query"].get(parameter):
            found += [flag, value]
    return [*found, "--watch"] if "watch" in hop["query"] else [*found, "-o", "yaml"]


def _patch(hop: Hop, body: Any, more: list[str]) -> str:
    kind = hop["headers"].get("content-type", "").partition(";")[0]
    if kind == APPLY:
        manager = hop["query"].get("fieldManager", "kubectl")
        return _piped(["kubectl", "apply", "--server-side", f"--field-manager={manager}", "-f", "-"], body)
    text = json.dumps(body, ensure_ascii=False)
    subject = hop["subject"]
    how = f"--type={PATCHES.get(kind, 'strategic')}"
    return shlex.join(["kubectl", "patch", subject["resource"], subject["name"], *more, how, "-p", text])


def _raw(hop: Hop, body: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in hop["query"].items())
    path = hop["path"] + (f"?{query}" if query else "")
    verb = {"GET": "get", "POST": "create", "PUT": "replace", "DELETE": "delete"}.get(hop["verb"])
    if verb is None:
        return ""
    command = ["kubectl", verb, "--raw", path]
    return shlex.join(command) if body is None else _piped([*command, "-f", "-"], body)


def _piped(command: list[str], body: Any) -> str:
    return f"{shlex.join(command)} <<'EOF'\n{as_yaml(body)}EOF"


def _subresource(hop: Hop) -> str:
    """What follows the object's name in the path."""
    name = hop["subject"]["name"]
    _, found, rest = hop["path"].partition(f"/{hop['subject']['resource']}/{name}/") if name else ("", "", "")
    return rest if found else ""
