"""kubeconfig files: a cluster, a user with its credentials embedded, a context. Models: cmd/kubeadm kubeconfig phase"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import yaml

from cluster.kubeadm import pki


def kubeconfig(name: str, server: str, ca_pem: bytes, certificate_pem: bytes, key_pem: bytes) -> str:
    """A kubeconfig whose current context is `name`."""
    user = {"client-certificate-data": _b64(certificate_pem), "client-key-data": _b64(key_pem)}
    return _text(name, server, ca_pem, user)


def with_token(name: str, server: str, ca_pem: bytes, token: str) -> str:
    """A kubeconfig whose user has a bearer token."""
    return _text(name, server, ca_pem, {"token": token})


def _text(name: str, server: str, ca_pem: bytes, user: dict[str, str]) -> str:
    cluster = {"server": server, "certificate-authority-data": _b64(ca_pem)}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": f"{name}-admin", "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": f"{name}-admin"}}],
        "current-context": name,
    }
    return yaml.safe_dump(config, sort_keys=False)


def merge(texts: list[str], current: str = "") -> str:
    """Several kubeconfigs in one; `current` is its current context if there is one of that name, else the first one's."""
    merged: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []}
    for text in texts:
        config = yaml.safe_load(text)
        merged.setdefault("current-context", config["current-context"])
        for section in ("clusters", "users", "contexts"):
            merged[section] += config[section]
    if any(each["name"] == current for each in merged["contexts"]):
        merged["current-context"] = current
    return yaml.safe_dump(merged, sort_keys=False)


def current_context(path: Path) -> str:
    """The current context that a kubeconfig file names; "" when there is no such file or it cannot be read."""
    try:
        config = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return ""
    return str(config.get("current-context") or "") if isinstance(config, dict) else ""


def write_private(path: Path, text: str) -> None:
    pki.write_private(path, text.encode())


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
