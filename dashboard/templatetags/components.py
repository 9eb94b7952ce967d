"""Component ids in templates: which colour one has, and its short name."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template

register = template.Library()

COLOURS = {
    "kube-apiserver": "api",
    "etcd": "etcd",
    "kube-scheduler": "scheduler",
    "kube-controller-manager": "manager",
    "kubelet": "kubelet",
    "kube-proxy": "proxy",
    "runtime": "runtime",
}


@register.filter
def colour(component_id: str) -> str:
    """The colour's name: components keep theirs everywhere; whoever is none is a client."""
    return COLOURS.get(component_id) or COLOURS.get(component_id.partition(".")[0], "client")


@register.filter
def clock(seconds: float | None) -> str:
    """Cluster time as 14:03:22.123."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S.%f")[:-3]


@register.filter
def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}\u00a0ms"  # on one line


@register.filter
def words(text: str) -> list[str]:
    """A few words, to loop over."""
    return text.split()
