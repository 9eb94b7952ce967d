"""Answers in the forms other than plain JSON: protobuf, CBOR, YAML, indented JSON; of objects, lists, Statuses and events.

The API server's answers are JSON inside; what a client asks for otherwise is made here, at the end of the road. A long
list is made piece by piece, with everybody's turn in between. The decoded object stays beside the bytes, so that the wire
and the pages see what was answered.
Models: apiserver/pkg/endpoints/handlers/responsewriters/writers.go v1.37
"""

from __future__ import annotations

import types
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import orjson

from cluster.apimachinery import protobuf_encoder
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import WatchEvent
from cluster.apiserver import negotiate
from cluster.apiserver.answer import ListPayload
from cluster.apiserver.call import Call
from cluster.apiserver.negotiate import CBOR, CBOR_SEQ, JSON, PROTOBUF, YAML, Form
from cluster.wire.message import Payload, Request, Response

ITEMS_AT_ONCE = 64
SELF_DESCRIBED = b"\xd9\xd9\xf7"
PRETTY = "pretty"
BROWSERS = ("curl", "Wget", "Mozilla/5.0")
STREAM_TYPES = {JSON: JSON, PROTOBUF: f"{PROTOBUF};stream=watch", CBOR: CBOR_SEQ}
PLAIN_ACCEPTS = ("", JSON)

Encode = Callable[[Obj], bytes]


def is_plain(request: Request) -> bool:
    """Does the client want JSON as it is kept? Components always do."""
    headers = request.headers
    if headers.get("accept", "") not in PLAIN_ACCEPTS or PRETTY in request.query:
        return False
    return not headers.get("user-agent", "").startswith(BROWSERS)


async def finish(request: Request, call: Call | None, response: Response) -> Response:
    """The answer in the form that the client asked for."""
    if response.stream is not None or response.headers.get("content-type") != JSON or not response.body:
        return response
    form = _form(request, call)
    if form.is_plain:
        return response
    body = response.body
    if form.media_type == PROTOBUF and isinstance(body, ListPayload) and _has_protobuf(body):
        raw = await _protobuf_list(body)
    else:
        obj = body.object
        if not isinstance(obj, dict) or (form.media_type != JSON and not _can(form.media_type, obj)):
            return response
        raw = ENCODERS[form.media_type](obj)
    headers = {**response.headers, "content-type": form.media_type}
    return Response(response.status, Payload(raw=raw, object=body.object), headers, response.revision)


def _form(request: Request, call: Call | None) -> Form:
    """The agreed form; a refusal goes out as JSON when there is none."""
    custom = call is not None and call.kind is not None and call.kind.structural is not None
    try:
        form = negotiate.form_of(request.headers.get("accept", ""), custom=custom)
    except ApiError:
        form = Form()
    if form.media_type == JSON and _is_pretty(request):
        return Form(pretty=True)
    return form


def _is_pretty(request: Request) -> bool:
    """Models: handlers/negotiation/negotiate.go isPrettyPrint"""
    if PRETTY in request.query:
        return request.query[PRETTY] in negotiate.TRUE
    return request.headers.get("user-agent", "").startswith(BROWSERS)


def _can(media_type: str, obj: Obj) -> bool:
    """Has the object that form? What has no kind (an OpenAPI document, the version) is JSON always."""
    api_version, kind = obj.get("apiVersion", ""), obj.get("kind", "")
    if media_type == PROTOBUF:
        return bool(kind) and protobuf_encoder.is_known(api_version, kind)
    return bool(kind)


def _has_protobuf(body: ListPayload) -> bool:
    return protobuf_encoder.is_known(body.kind.api_version, body.kind.kind)


async def _protobuf_list(body: ListPayload) -> bytes:
    kind, name = body.kind, f"{body.kind.kind}List"
    parts = []
    objects = (item.object for item in body.items)
    made = protobuf_encoder.list_parts(kind.api_version, kind.kind, body.metadata, objects)
    for number, part in enumerate(made):
        parts.append(part)
        if number % ITEMS_AT_ONCE == ITEMS_AT_ONCE - 1:
            await _turn()
    return protobuf_encoder.envelope(kind.api_version, name, b"".join(parts))


# --- events ---------------------------------------------------------------------------------------------------------


class EncodedEvent(WatchEvent):
    """An event whose line is in another form; made once for all who watch in that form."""

    __slots__ = ("_media_type", "_source")

    def __init__(self, source: WatchEvent, media_type: str) -> None:
        super().__init__(source.type, source.payload, source.revision, source.hop)
        self._source = source
        self._media_type = media_type

    @property
    def line(self) -> bytes:
        if self._line is None:
            forms = self._source.forms
            if (found := forms.get(self._media_type)) is None:
                found = forms[self._media_type] = EVENTS[self._media_type](self.type, self.object)
            self._line = found
        return self._line


def event_maker(media_type: str) -> Callable[[WatchEvent], WatchEvent] | None:
    """What gives a watch's events their form; None for JSON."""
    return None if media_type == JSON else partial(EncodedEvent, media_type=media_type)


def _cbor_event(type: str, obj: Obj) -> bytes:
    return _as_cbor({"type": type, "object": obj})


def _as_cbor(obj: Obj) -> bytes:
    import cbor2

    encoded: bytes = cbor2.dumps(obj)
    return SELF_DESCRIBED + encoded


def _as_yaml(obj: Obj) -> bytes:
    import yaml

    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(obj, Dumper=dumper, default_flow_style=False, allow_unicode=True)
    return text.encode()


def _indented(obj: Obj) -> bytes:
    return orjson.dumps(obj, option=orjson.OPT_INDENT_2)


ENCODERS: dict[str, Encode] = {JSON: _indented, YAML: _as_yaml, PROTOBUF: protobuf_encoder.encode, CBOR: _as_cbor}
EVENTS: dict[str, Callable[[str, Obj], bytes]] = {PROTOBUF: protobuf_encoder.frame, CBOR: _cbor_event}


@types.coroutine
def _turn() -> Generator[None]:
    """One turn of the event loop for all others."""
    yield
