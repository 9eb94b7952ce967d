"""What a cluster needs to know of the installation: folders, addresses, bounds. Filled from Django's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings as django_settings


@dataclass(frozen=True, slots=True)
class Settings:
    """`https_address` is "host:port" of the Kubernetes API; sizes are numbers of rows, hops or revisions. `only` are the
    components that this process runs beside etcd and the API server, None for all."""

    data_dir: Path
    https_address: str
    ring_size: int
    payloads: int
    recorder_rows: int
    recorder_rate: int
    keep_revisions: int
    audit_policy: Path | None = None
    only: frozenset[str] | None = None


def from_django() -> Settings:
    return Settings(
        data_dir=Path(django_settings.DATA_DIR),
        https_address=django_settings.HTTPS_ADDRESS,
        ring_size=django_settings.WIRE_RING_SIZE,
        payloads=django_settings.WIRE_PAYLOADS,
        recorder_rows=django_settings.RECORDER_TABLE_SIZE,
        recorder_rate=django_settings.RECORDER_ROWS_PER_SECOND,
        keep_revisions=django_settings.ETCD_KEEP_REVISIONS,
        audit_policy=Path(django_settings.AUDIT_POLICY) if django_settings.AUDIT_POLICY else None,
    )
