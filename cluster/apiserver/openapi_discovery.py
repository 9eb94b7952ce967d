"""OpenAPI v3 of what is no resource: the discovery of groups, the version, and what is told of tokens' issuer.

Models: apiserver/pkg/server/{genericapiserver.go,routes}, kube-openapi/pkg/builder3 v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Registry

META = "io.k8s.apimachinery.pkg.apis.meta.v1."
TEXT = ""
"""The answer is a text, not an object of a definition."""


def described(registry: Registry) -> dict[str, tuple[str, str]]:
    """document → (the path in it, the definition of its answer)."""
    groups = [group for group, _ in registry.groups() if group]
    return {
        ".well-known/openid-configuration": ("/.well-known/openid-configuration/", TEXT),
        "api": ("/api/", f"{META}APIVersions"),
        "apis": ("/apis/", f"{META}APIGroupList"),
        **{f"apis/{group}": (f"/apis/{group}/", f"{META}APIGroup") for group in groups},
        "openid/v1/jwks": ("/openid/v1/jwks/", TEXT),
        "version": ("/version/", "io.k8s.apimachinery.pkg.version.Info"),
    }


def operation(path: str, reference: str) -> Obj:
    """The one GET of such a document; `reference` is where its definition stands, "" for a text."""
    answer = {"$ref": reference} if reference else {"type": "string"}
    content = {"application/json": {"schema": answer}}
    return {path: {"get": {"responses": {"200": {"description": "OK", "content": content}}}}}
