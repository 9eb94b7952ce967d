"""The annotation in which `apply` keeps what it last applied.

Models: kubectl/pkg/util/apply.go v1.37
"""

from __future__ import annotations

import json
from typing import Any

from cluster.kubectl.printers import json as json_printer

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"


def annotated(obj: dict[str, Any]) -> dict[str, Any]:
    """The object with itself, but for the annotation, in the annotation."""
    metadata = obj.get("metadata") or {}
    others = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != ANNOTATION}
    bare = {**obj, "metadata": {**metadata, "annotations": others}}
    text = json_printer.compact(bare) + "\n"
    return {**obj, "metadata": {**metadata, "annotations": {**others, ANNOTATION: text}}}


def original(obj: dict[str, Any]) -> dict[str, Any] | None:
    """What was last applied to a live object; None when it does not say."""
    text = ((obj.get("metadata") or {}).get("annotations") or {}).get(ANNOTATION)
    found: dict[str, Any] | None = json.loads(text) if text else None
    return found
