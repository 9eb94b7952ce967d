"""A kubeconfig is changed by the dotted names of its properties."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kubectl import kubeconfig_change
from cluster.kubectl.errors import CommandError

CONFIG: dict[str, Any] = {
    "current-context": "demo",
    "clusters": [{"name": "10.0.0.1", "cluster": {"server": "https://a"}}],
    "contexts": [{"name": "demo", "context": {"cluster": "10.0.0.1", "user": "me", "namespace": "n"}}],
    "users": [{"name": "me", "user": {"token": "t"}}],
}


@pytest.mark.parametrize(
    ("path", "value", "section", "entry"),
    [
        ("clusters.10.0.0.1.server", "https://b", "clusters", {"server": "https://b"}),
        ("clusters.10.0.0.1.insecure-skip-tls-verify", "true", "clusters", {"server": "https://a", "insecure-skip-tls-verify": True}),
        ("contexts.demo.namespace", None, "contexts", {"cluster": "10.0.0.1", "user": "me"}),
        ("contexts.demo.user", None, "contexts", {"cluster": "10.0.0.1", "user": "", "namespace": "n"}),
        ("users.me.token", "u", "users", {"token": "u"}),
    ],
)  # fmt: skip
def test_a_property_is_set_and_unset(path: str, value: str | None, section: str, entry: dict[str, Any]) -> None:
    changed = kubeconfig_change.with_property(CONFIG, path, value)
    assert [each[section.removesuffix("s")] for each in changed[section]] == [entry]
    assert CONFIG["users"][0]["user"] == {"token": "t"}, "the one that was given is left as it is"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("nope", "v", "unable to parse nope after [] at api.Config"),
        ("clusters", "v", "can't set a map to a value: map[10.0.0.1]"),
        ("users.me.token.x", "v", "unable to parse one or more field values of users.me.token.x"),
        ("users.other.token", None, "current map key `other` is invalid"),
        ("clusters.a.certificate-authority-data", "abc@", "error decoding input value: illegal base64 data at input byte 3"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_refused(path: str, value: str | None, message: str) -> None:
    with pytest.raises(CommandError) as caught:
        kubeconfig_change.with_property(CONFIG, path, value)
    assert str(caught.value) == message
