"""One object, two kinds: an Event as v1 and as events.k8s.io/v1."""

from __future__ import annotations

from typing import Any

import orjson

from .conftest import Home, assert_refused, delivered

OLD = "/api/v1/namespaces/default/events"
NEW = "/apis/events.k8s.io/v1/namespaces/default/events"
EVENT: dict[str, Any] = {
    "metadata": {"name": "e1"},
    "regarding": {"kind": "Pod", "name": "web", "namespace": "default"},
    "note": "hello",
    "reason": "Test",
    "type": "Normal",
    "action": "Greet",
    "eventTime": "2026-01-01T00:00:00.000000Z",
    "reportingController": "example.com/greeter",
    "reportingInstance": "greeter-1",
}


async def test_what_is_created_as_one_is_read_as_either(home: Home) -> None:
    made = await home.ask("POST", f"{NEW}?fieldValidation=Strict", EVENT)
    assert (made.status, made.body.object["note"]) == (201, "hello")
    assert made.body.object["apiVersion"] == "events.k8s.io/v1"
    old = (await home.ask("GET", f"{OLD}/e1")).body.object
    assert (old["apiVersion"], old["message"], old["involvedObject"]["name"]) == ("v1", "hello", "web")
    new = await home.ask("GET", f"{NEW}/e1")
    assert (new.body.object["note"], new.body.object["regarding"]["name"]) == ("hello", "web")
    assert orjson.loads(new.body.raw) == new.body.object
    (entry,) = new.body.object["metadata"]["managedFields"]
    assert entry["apiVersion"] == "events.k8s.io/v1"
    assert "f:note" in entry["fieldsV1"]


async def test_lists_and_watches_show_it_as_it_was_asked_for(home: Home) -> None:
    revision = await home.revision()
    await home.ask("POST", NEW, EVENT)
    for path, field in ((NEW, "note"), (OLD, "message")):
        listed = (await home.ask("GET", path)).body.object
        assert [item[field] for item in listed["items"]] == ["hello"]
        watched = await home.ask("GET", f"{path}?watch=true&resourceVersion={revision}")
        assert watched.stream is not None
        assert [event.object[field] for event in delivered(watched.stream)] == ["hello"]


async def test_it_is_selected_by_the_fields_of_the_version_that_was_asked(home: Home) -> None:
    await home.ask("POST", NEW, EVENT)
    for query, count in (
        ("regarding.name=web", 1),
        ("regarding.name=x", 0),
        ("reportingController=example.com/greeter", 1),
    ):
        assert len((await home.ask("GET", f"{NEW}?fieldSelector={query}")).body.object["items"]) == count
    answer = await home.ask("GET", f"{NEW}?fieldSelector=involvedObject.name=web")
    assert_refused(answer, 400, "BadRequest", "field label not supported: involvedObject.name")


async def test_it_is_patched_in_either_form(home: Home) -> None:
    await home.ask("POST", NEW, EVENT)
    merge = {"content-type": "application/merge-patch+json"}
    series = {"series": {"count": 2, "lastObservedTime": "2026-01-01T00:01:00.000000Z"}}
    answer = await home.ask("PATCH", f"{NEW}/e1", series, headers=merge)
    assert (answer.status, answer.body.object["note"]) == (200, "hello")
    assert (await home.ask("GET", f"{OLD}/e1")).body.object["series"]["count"] == 2
