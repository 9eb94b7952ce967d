"""kubeconfig files: a cluster, a user with its credentials embedded, a context. Models: cmd/kubeadm kubeconfig phase"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import yaml

from cluster.kubeadm import pki


def kubeconfig(name: str, server: str, ca_pem: bytes, certificate_pem: bytes, key_pem: bytes) -> str:
    """A kubeconfig whose current context is `name`."""
    cluster = {"server": server, "certificate-authority-data": _b64(ca_pem)}
    user = {"client-certificate-data": _b64(certificate_pem), "client-key-data": _b64(key_pem)}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": f"{name}-admin", "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": f"{name}-admin"}}],
        "current-context": name,
    }
    return yaml.safe_dump(config, sort_keys=False)


def merge(texts: list[str]) -> str:
    """Several kubeconfigs in one; the first one's context is current."""
    merged: dict[str, Any] = {}
    for text in texts:
        config = yaml.safe_load(text)
        if not merged:
            merged = config
            continue
        for section in ("clusters", "users", "contexts"):
            merged[section] += config[section]
    return yaml.safe_dump(merged, sort_keys=False)


def write_private(path: Path, text: str) -> None:
    pki.write_private(path, text.encode())


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
