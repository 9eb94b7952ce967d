"""What one API server is told at its start. Keys and certificates are PEM."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cluster.apimachinery.meta import Obj

COURSE, UPSTREAM = "course", "upstream"


PORT = 6443


@dataclass(frozen=True, slots=True)
class Config:
    """`tokens` maps a static bearer token to (user name, groups). Address ranges are CIDRs.
    `disabled_plugins` are admission plugins that do not run."""

    client_ca: bytes
    service_account_key: bytes
    service_account_issuer: str = "https://kubernetes.default.svc.cluster.local"
    tokens: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    admission_mode: str = COURSE
    disabled_plugins: frozenset[str] = frozenset()
    service_cidr: str = "10.96.0.0/12"
    node_ports: tuple[int, int] = (30000, 32767)
    address: str = "172.18.0.2"
    port: int = PORT
    git_version: str = "v1.37.2"
    audit_policy: Obj | None = None
    audit_log: Path | None = None
    """The file that an audit policy's events are written to."""
