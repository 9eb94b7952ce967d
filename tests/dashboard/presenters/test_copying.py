"""Requests as command lines."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.presenters import copying

POD = "/api/v1/namespaces/default/pods/web"


def hop(verb: str, path: str, body: Any = None, content_type: str = "", **query: str) -> dict[str, Any]:
    parts = path.split("/")
    at = parts.index("namespaces") + 2 if "namespaces" in parts else 3
    name = parts[at + 1] if len(parts) > at + 1 else ""
    subject = {"resource": parts[at] if len(parts) > at else "", "namespace": "default" if at > 3 else "", "name": name}
    return {
        "verb": verb,
        "path": path,
        "request": body,
        "query": query,
        "headers": {"content-type": content_type},
        "subject": subject,
    }


@pytest.mark.parametrize(
    ("asked", "command"),
    [
        (hop("GET", POD), "kubectl get pods web -n default -o yaml"),
        (hop("GET", "/api/v1/nodes", watch="true"), "kubectl get nodes -A --watch"),
        (
            hop("GET", "/api/v1/namespaces/default/pods", labelSelector="app=web"),
            "kubectl get pods -n default -l app=web -o yaml",
        ),
        (hop("DELETE", POD), "kubectl delete pods web -n default"),
        (
            hop("PATCH", f"{POD}/status", {"a": "it's"}, "application/merge-patch+json"),
            """kubectl patch pods web -n default --subresource=status --type=merge -p '{"a": "it'"'"'s"}'""",
        ),
        (
            hop("POST", "/api/v1/namespaces/default/pods", {"kind": "Pod"}),
            "kubectl create -f - <<'EOF'\nkind: Pod\nEOF",
        ),
        (
            hop("POST", f"{POD}/binding", {"kind": "Binding"}),
            f"kubectl create --raw {POD}/binding -f - <<'EOF'\nkind: Binding\nEOF",
        ),
        (hop("GET", "/readyz"), "kubectl get --raw /readyz"),
    ],
)
def test_the_nearest_kubectl_command_is_told(asked: dict[str, Any], command: str) -> None:
    assert copying.kubectl(asked) == command


def test_curl_names_the_certificates_and_no_secret() -> None:
    body = {"kind": "Secret", "data": {"key": "c2VjcmV0"}, "stringData": {"other": "plain"}}
    told = copying.curl(
        hop("POST", "/api/v1/namespaces/default/secrets", body, "application/json"), "https://h/clusters/demo"
    )
    assert told.startswith(
        "curl --cacert ca.crt --cert client.crt --key client.key -X POST https://h/clusters/demo/api/v1"
    )
    assert "c2VjcmV0" not in told
    assert "plain" not in told
    assert '"key": "…"' in told


def test_tokens_are_masked_at_any_depth() -> None:
    assert copying.masked({"status": {"token": "abc"}, "items": [{"kind": "Secret", "data": {"a": "b"}}]}) == {
        "status": {"token": "…"},
        "items": [{"kind": "Secret", "data": {"a": "…"}}],
    }
