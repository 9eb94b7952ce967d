"""Watch: the events of a selection, from a resource version on.

`sendInitialEvents` first sends what is there as ADDED and then a bookmark that says so.
Models: apiserver/pkg/endpoints/handlers/watch.go v1.37
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cluster.apimachinery import status, table
from cluster.apimachinery.watch_event import ADDED, BOOKMARK, ERROR, WatchEvent
from cluster.apiserver import answer, encoding, faces, list_options, negotiate, numbers, past
from cluster.apiserver.call import Call
from cluster.apiserver.reading import selection_of
from cluster.apiserver.watcher import Transform, Watcher, bookmark_of
from cluster.clock import Clock
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

INITIAL_EVENTS_END = "k8s.io/initial-events-end"


async def watch(server: ApiServer, call: Call) -> Response:
    """An endless answer. A resource version that is too old is told as an ERROR event, as upstream does."""
    list_options.check(call)
    selection = selection_of(call)
    wanted = call.query.get("resourceVersion") or ""
    revision = numbers.resource_version(wanted)
    await server.cache.caught_up()
    cache = server.cache.of(call.resource)
    bookmarks = call.asks("allowWatchBookmarks")
    watcher = Watcher(selection, bookmarks=bookmarks, transform=_transform(call, server.clock))
    watcher.client = call.request.source
    initial = call.asks("sendInitialEvents") if "sendInitialEvents" in call.query else wanted in ("", "0")
    if not initial and revision:
        await past.reach_back(server.cache, cache, revision)
    try:
        if initial:
            _send_what_is_there(server, call, watcher)
            server.cache.watch(cache, watcher, None)
        else:
            server.cache.watch(cache, watcher, revision or server.cache.revision)
    except status.ApiError as error:
        told = WatchEvent(ERROR, Payload(object=error.status), 0)
        watcher.stream.push([told if watcher.transform is None else watcher.transform(told)])
        watcher.stream.close()
    _end_in_time(server, call, watcher)
    headers = {"content-type": encoding.STREAM_TYPES[answer.form_of(call).media_type]}
    return Response(200, headers=headers, revision=server.cache.revision, stream=watcher.stream)


def _send_what_is_there(server: ApiServer, call: Call, watcher: Watcher) -> None:
    items = server.cache.of(call.resource).items
    found = [items[key] for key in sorted(items) if watcher.selection.matches(items[key].object)]
    events = [WatchEvent(ADDED, item.payload, item.revision, item.hop) for item in found]
    if watcher.transform is not None:
        events = [watcher.transform(event) for event in events]
    if events:
        watcher.stream.push(events)
    if call.asks("sendInitialEvents") and watcher.bookmarks:
        revision = server.cache.revision
        watcher.bookmark(bookmark_of(call.resource, revision, {INITIAL_EVENTS_END: "true"}), revision)


def _transform(call: Call, clock: Clock) -> Transform | None:
    """What makes events what the client asked for: another form of the object, another form of the line."""
    shown, encoded = _shown(call, clock), encoding.event_maker(answer.form_of(call).media_type)
    if shown is None or encoded is None:
        return shown or encoded
    return lambda event: encoded(shown(event))


def _shown(call: Call, clock: Clock) -> Transform | None:
    form = answer.form_of(call)
    kind = call.resource
    if form.shown_as == negotiate.FULL:
        return None if kind.from_storage is None else partial(faces.shown_event, kind)
    sent_columns = False

    def transform(event: WatchEvent) -> WatchEvent:
        nonlocal sent_columns
        if event.type in (BOOKMARK, ERROR):
            return event
        obj = event.object
        if form.shown_as == negotiate.TABLE:
            metadata = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
            shown = answer.as_table(call, [obj], clock.now(), metadata, form)
            if sent_columns:
                shown["columnDefinitions"] = None
            sent_columns = True
        else:
            shown = table.partial_metadata(obj)
        return WatchEvent(event.type, Payload(object=shown), event.revision, event.hop)

    return transform


def _end_in_time(server: ApiServer, call: Call, watcher: Watcher) -> None:
    """The client counts in its own time: the wire's pace clock is real also while the cluster's is held or goes fast."""
    seconds = numbers.integer(call.query.get("timeoutSeconds") or "0")
    if seconds > 0:
        timer = server.wire.control.clock.call_later(seconds, watcher.stream.close)
        watcher.stream.on_close(timer.cancel)
