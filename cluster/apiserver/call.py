"""A call: what one request asks of the API, once its path and query are read.

Models: apiserver/pkg/endpoints/request/requestinfo.go v1.37
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import status
from cluster.apis.registry import Kind, Registry, Subresource
from cluster.wire.message import Request

if TYPE_CHECKING:
    from cluster.apiserver.authn.user import User

METHODS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
OPTIONS = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}
PROXY = "proxy"
TRUE = ("true", "1", "")


@dataclass(slots=True, eq=False)
class Call:
    """One request to a resource, or to another path (`kind` None). `stage` is how far it has come."""

    request: Request
    path: str
    verb: str
    group: str = ""
    version: str = ""
    kind: Kind | None = None
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    tail: str = ""
    """What follows a `proxy` door: the path that is asked for behind it."""
    user: User | None = None
    stage: str = "parse"
    warnings: list[str] = field(default_factory=list)
    managers: Any = None
    """The managedFields that the body brought, as they were sent."""
    annotations: dict[str, str] = field(default_factory=dict)
    """What admission tells the audit log."""
    remote: Any = None
    """The APIService whose server answers, and not this one."""
    plural: str = ""
    """Of a call that another server answers: the resource."""
    audit: dict[str, Any] | None = None
    """What the audit log remembers of a call that it tells of."""

    @property
    def query(self) -> dict[str, str]:
        return self.request.query

    @property
    def door(self) -> Subresource | None:
        return self.kind.subresource(self.subresource) if self.kind and self.subresource else None

    @property
    def resource(self) -> Kind:
        """The kind asked for; only for calls that passed the parser's checks."""
        if self.kind is None:
            raise status.unknown_path()
        return self.kind

    @property
    def dry_run(self) -> bool:
        wanted = self.query.get("dryRun")
        if wanted in (None, ""):
            return False
        if wanted != "All":
            fault = status.FieldError(
                "FieldValueNotSupported", "dryRun", f'Unsupported value: "{wanted}": supported values: "All"'
            )
            raise status.invalid(OPTIONS.get(self.verb, "DeleteOptions"), "", [fault], "meta.k8s.io")
        return True

    @property
    def manager(self) -> str:
        """The field manager: named by the client, else the first word of its user agent."""
        named = self.query.get("fieldManager")
        return named or self.request.headers.get("user-agent", "unknown").split("/", 1)[0] or "unknown"

    def asks(self, parameter: str) -> bool:
        return self.query.get(parameter, "false").lower() in TRUE


def parse(request: Request, registry: Registry) -> Call:
    """Read method and path. Raises ApiError for what cannot exist."""
    method = METHODS.get(request.verb)
    call = Call(request, request.path, method or request.verb.lower())
    parts = request.path.strip("/").split("/")
    if "." in parts or ".." in parts or "\\" in request.path or "\0" in request.path:
        raise status.bad_request("the path may not hold '.', '..', a backslash or NUL as a segment")
    if parts[0] == "api" and len(parts) >= 3:
        call.version, rest = parts[1], parts[2:]
    elif parts[0] == "apis" and len(parts) >= 4:
        call.group, call.version, rest = parts[1], parts[2], parts[3:]
    else:
        if method is None:
            raise status.method_not_allowed("", request.verb)
        return call
    _read_resource(call, rest, registry)
    if call.kind is None:
        raise status.unknown_resource(request.verb, _resource_of(call, rest), call.name)
    if method is None:
        raise status.method_not_allowed(call.kind.plural, request.verb, call.group)
    _read_verb(call)
    return call


def _read_resource(call: Call, parts: list[str], registry: Registry) -> None:
    if parts[0] == "namespaces" and len(parts) >= 3 and parts[2] not in ("status", "finalize"):
        call.namespace, parts = parts[1], parts[2:]
    elif parts[0] == "namespaces" and len(parts) >= 2:
        call.namespace = parts[1]
    call.kind = registry.resource(call.group, call.version, parts[0])
    call.name = parts[1] if len(parts) > 1 else ""
    call.subresource = "/".join(parts[2:])
    if call.kind is None:
        return
    if len(parts) > 2 and parts[2] == PROXY and call.kind.subresource(PROXY) is not None:
        call.subresource, parts = PROXY, parts[:3]
        call.tail = call.path.partition(f"/{parts[0]}/{call.name}/{PROXY}")[2] or "/"
    if "" in parts or (call.namespace and not call.kind.namespaced and parts[0] != "namespaces"):
        raise status.unknown_path()
    if call.subresource and call.kind.subresource(call.subresource) is None:
        raise status.unknown_path()


def _resource_of(call: Call, parts: list[str]) -> str:
    """What nobody serves, as messages name it: "widgets.example.com"."""
    plural = parts[2] if parts[0] == "namespaces" and len(parts) >= 3 else parts[0]
    return f"{plural}.{call.group}" if call.group else plural


def _read_verb(call: Call) -> None:
    watch = "watch" in call.query and call.asks("watch")
    if call.verb == "get" and not call.subresource and (watch or not call.name):
        call.verb = "watch" if watch else "list"
    elif call.verb == "delete" and not call.name:
        call.verb = "deletecollection"
    kind = call.resource
    offered = call.door.verbs if call.door else kind.verbs
    if call.verb not in offered or (call.verb == "create" and bool(call.name) != bool(call.subresource)):
        raise status.method_not_allowed(kind.plural, call.verb, call.group)
    if call.verb in ("update", "patch") and not call.name:
        raise status.method_not_allowed(kind.plural, call.verb, call.group)
    if kind.namespaced and not call.namespace and call.verb not in ("list", "watch"):
        if call.name:  # there is no such path; that of all namespaces can be listed
            raise status.unknown_path()
        raise status.method_not_allowed(kind.plural, call.verb, call.group)
