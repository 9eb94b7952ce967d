"""Answers: an object or a list in the form that was asked for.

Models: apiserver/pkg/endpoints/handlers/response.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cluster.apimachinery import status, table
from cluster.apimachinery.meta import Obj
from cluster.apis.columns import CREATED_AT, NAME
from cluster.apis.registry import Kind
from cluster.apiserver import faces, negotiate
from cluster.apiserver.call import Call
from cluster.apiserver.negotiate import Form
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.watch_cache import Item

ITEM_BYTES = 2_048
"""What an item of a list is reckoned at: kept alive by the list when the store has a newer version."""
JSON_HEADERS = {"content-type": "application/json"}


def columns_of(kind: Kind) -> Sequence[object]:
    return kind.columns or (NAME, CREATED_AT)


def form_of(call: Call) -> Form:
    """ApiError 406."""
    custom = call.kind is not None and call.kind.structural is not None
    return negotiate.form_of(call.request.headers.get("accept", ""), custom=custom, stream=call.verb == "watch")


def respond(call: Call, body: Payload, code: int = 200, revision: int = 0) -> Response:
    """A response with a JSON body, which `encoding` may give another form, and the warnings gathered on the way."""
    headers = dict(JSON_HEADERS)
    if call.warnings:
        headers["warning"] = "\n".join(f'299 - "{_quoted(text)}"' for text in dict.fromkeys(call.warnings))
    return Response(code, body, headers, revision)


def one(call: Call, payload: Payload, now: float, code: int = 200, revision: int = 0) -> Response:
    """One object, as itself, as a Table or as its metadata."""
    form = form_of(call)
    if form.shown_as == negotiate.TABLE:
        obj = payload.object
        metadata = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        payload = Payload(object=as_table(call, [obj], now, metadata, form))
    elif form.shown_as:
        payload = Payload(
            object={**table.partial_metadata(payload.object), "apiVersion": f"meta.k8s.io/{form.version}"}
        )
    elif not call.subresource:
        payload = faces.shown_payload(call.resource, payload)
    return respond(call, payload, code, revision)


def many(call: Call, items: Sequence[Item], metadata: Obj, now: float, revision: int) -> Response:
    """A list, joined from its items' bytes when it is shown as itself."""
    form, kind = form_of(call), call.resource
    if form.shown_as == negotiate.TABLE:
        return respond(
            call, Payload(object=as_table(call, [item.object for item in items], now, metadata, form)), 200, revision
        )
    if form.shown_as:
        body = {
            "kind": negotiate.PARTIAL_LIST,
            "apiVersion": f"meta.k8s.io/{form.version}",
            "metadata": metadata,
            "items": [table.partial_metadata(item.object) for item in items],
        }
        return respond(call, Payload(object=body), 200, revision)
    if kind.from_storage is not None:
        found = [faces.shown(kind, item.object) for item in items]
        shown = {"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": metadata, "items": found}
        return respond(call, Payload(object=shown), 200, revision)
    return respond(call, ListPayload(kind, metadata, items), 200, revision)


def as_table(call: Call, objects: list[Obj], now: float, metadata: Obj, form: Form) -> Obj:
    include = call.query.get("includeObject", "Metadata") or "Metadata"
    if include not in ("None", "Metadata", "Object"):
        raise status.bad_request(f"unrecognized includeObject value: {include}")
    found = table.table(columns_of(call.resource), objects, now, metadata, include=include)
    if include == "Object":
        for row in found["rows"]:
            row["object"] = faces.shown(call.resource, row["object"])
    if form.version != "v1":
        found["apiVersion"] = f"meta.k8s.io/{form.version}"
    return found


class ListPayload(Payload):
    """A list whose bytes are joined from its items', piece by piece, and whose object shares them; either only when
    asked for."""

    __slots__ = ("items", "kind", "metadata")

    def __init__(self, kind: Kind, metadata: Obj, items: Sequence[Item]) -> None:
        super().__init__()
        self.kind = kind
        self.metadata = metadata
        self.items = items

    @property
    def raw(self) -> bytes:
        return b"".join(self.pieces(max(1, len(self.items))))

    def pieces(self, items: int) -> Iterator[bytes]:
        """The bytes, of at most so many items at a time."""
        head = Payload(
            object={"kind": f"{self.kind.kind}List", "apiVersion": self.kind.api_version, "metadata": self.metadata}
        )
        parts: list[bytes | memoryview] = [head.raw[:-1] + b',"items":[']
        for at in range(0, len(self.items), items):
            for item in self.items[at : at + items]:
                parts += item.payload.parts()
                parts.append(b",")
            last = at + items >= len(self.items)
            yield b"".join(parts[:-1] if last else parts)
            parts = []
        yield b"".join(parts) + b"]}\n"

    def head(self, size_bytes: int) -> bytes:
        found = b""
        for piece in self.pieces(1):
            found += piece
            if len(found) >= size_bytes:
                break
        return found[:size_bytes]

    @property
    def named(self) -> None:
        return None

    @property
    def held_bytes(self) -> int:
        return len(self.items) * ITEM_BYTES

    @property
    def object(self) -> Obj:
        return {
            "kind": f"{self.kind.kind}List",
            "apiVersion": self.kind.api_version,
            "metadata": self.metadata,
            "items": [item.object for item in self.items],
        }

    def __bool__(self) -> bool:
        return True


def success(call: Call, name: str, uid: str) -> Payload:
    """The Status that a deletion answers."""
    kind = call.resource
    details: Obj = {"name": name, "kind": kind.plural, "uid": uid}
    if kind.group:
        details["group"] = kind.group
    return Payload(
        object={"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
