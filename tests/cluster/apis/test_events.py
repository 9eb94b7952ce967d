"""Events have two faces: v1, as they are stored, and events.k8s.io/v1."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import schema
from cluster.apimachinery.meta import Obj
from cluster.apis.events import event as second
from cluster.clock import rfc3339

NOW = 1_000_000.0
STORED: Obj = {
    "apiVersion": "v1",
    "kind": "Event",
    "metadata": {"name": "e", "namespace": "ns"},
    "involvedObject": {"kind": "Pod", "name": "x", "namespace": "ns"},
    "reason": "Test",
    "message": "hello",
    "type": "Warning",
    "source": {"component": "kubelet", "host": "n1"},
    "firstTimestamp": rfc3339(NOW - 60),
    "lastTimestamp": rfc3339(NOW - 5),
    "count": 3,
    "reportingComponent": "kubelet",
    "reportingInstance": "n1",
}
STRICT: Obj = {
    "apiVersion": "events.k8s.io/v1",
    "kind": "Event",
    "metadata": {"name": "e", "namespace": "ns"},
    "regarding": {"kind": "Pod", "name": "x", "namespace": "ns"},
    "eventTime": "2026-01-01T00:00:00.000000Z",
    "reason": "Test",
    "note": "hello",
    "type": "Normal",
    "action": "Testing",
    "reportingController": "example.com/tester",
    "reportingInstance": "tester-1",
}


@pytest.fixture
def stricter(served: Any) -> Any:
    return served("events.k8s.io/v1/Event")


def test_the_second_face_renames_and_loses_nothing() -> None:
    shown = second.from_storage(STORED)
    assert (shown["note"], shown["regarding"]["kind"], shown["deprecatedCount"]) == ("hello", "Pod", 3)
    assert shown["deprecatedSource"] == {"component": "kubelet", "host": "n1"}
    assert second.to_storage(shown) == STORED
    assert shown["regarding"] is STORED["involvedObject"]


def test_both_faces_have_the_fields_of_their_schemas() -> None:
    assert set(second.from_storage(STORED)) <= set(schema.type_of("io.k8s.api.events.v1.Event").fields)
    assert set(second.to_storage(STRICT)) <= set(schema.type_of("io.k8s.api.core.v1.Event").fields)


def test_a_form_that_is_there_already_is_left_alone() -> None:
    assert second.to_storage(STORED) is STORED
    assert second.from_storage(STRICT) is STRICT


def test_an_old_client_s_event_needs_little(served: Any) -> None:
    made = served("Event").made({"metadata": {"name": "e", "namespace": "ns"}, "involvedObject": {"namespace": "ns"}})
    assert served("Event").told(made) == []
    assert (made["source"], made["eventTime"], made["reportingComponent"]) == ({}, None, "")


@pytest.mark.parametrize(
    ("namespace", "involved", "sound"),
    [("ns", "ns", True), ("ns", "other", False), ("default", "", True), ("ns", "", False)],
)
def test_an_event_stands_beside_what_it_is_about(namespace: str, involved: str, sound: bool, served: Any) -> None:
    obj = {"metadata": {"name": "e", "namespace": namespace}, "involvedObject": {"namespace": involved}}
    text = f'involvedObject.namespace: Invalid value: "{involved}": does not match event.namespace'
    assert served("Event").told(served("Event").made(obj)) == ([] if sound else [text])


def test_a_sound_event_of_the_new_kind_has_no_faults(stricter: Any) -> None:
    assert stricter.told(stricter.made(second.to_storage(STRICT))) == []


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"eventTime": None}, "eventTime: Required value"),
        ({"type": "Bad"}, 'type: Invalid value: "": has invalid value: Bad'),
        ({"reportingController": ""}, "reportingController: Required value"),
        ({"reportingInstance": ""}, "reportingInstance: Required value"),
        ({"action": ""}, "action: Required value"),
        ({"reason": "x" * 129}, 'reason: Invalid value: "": can have at most 128 characters'),
        ({"note": "x" * 1025}, 'message: Invalid value: "": can have at most 1024 characters'),
        ({"deprecatedCount": 2}, 'count: Invalid value: "": needs to be unset'),
        ({"deprecatedSource": {"component": "c"}}, 'source: Invalid value: "": needs to be unset'),
        ({"series": {"count": 1, "lastObservedTime": "t"}}, 'series.count: Invalid value: "": should be at least 2'),
    ],
)
def test_the_new_kind_is_strict_in_upstream_s_words(wrong: Obj, fault: str, stricter: Any) -> None:
    assert fault in stricter.told(stricter.made(second.to_storage({**STRICT, **wrong})))


def test_the_new_kind_may_only_be_told_again(stricter: Any) -> None:
    old = stricter.made(second.to_storage(STRICT))
    again = stricter.changed(old, series={"count": 2, "lastObservedTime": "2026-01-01T00:00:09.000000Z"})
    assert stricter.told(again, old) == []
    assert stricter.told(stricter.changed(old, message="other"), old) == [
        'message: Invalid value: "other": field is immutable'
    ]


@pytest.mark.parametrize("name", ["Event", "events.k8s.io/v1/Event"])
def test_an_event_is_shown_the_same_by_either_face(name: str, served: Any) -> None:
    row = served(name).row(STORED, NOW, wide=True)
    assert row == ["5s", "Warning", "Test", "pod/x", "", "kubelet, n1", "hello", "60s", 3, "e"]
    assert served(name).row(STORED, NOW) == ["5s", "Warning", "Test", "pod/x", "hello"]


@pytest.mark.parametrize(
    ("parts", "last", "count"),
    [
        ({}, "5s", 3),
        ({"lastTimestamp": None}, "60s", 3),
        ({"firstTimestamp": None, "lastTimestamp": None, "eventTime": rfc3339(NOW - 7), "count": None}, "7s", 1),
        ({"series": {"count": 9, "lastObservedTime": rfc3339(NOW - 1)}}, "1s", 9),
    ],
)
def test_when_an_event_was_last_seen(parts: Obj, last: str, count: int, served: Any) -> None:
    row = served("Event").row({**STORED, **parts}, NOW, wide=True)
    assert (row[0], row[8]) == (last, count)


def test_events_are_found_by_the_names_of_their_face(served: Any) -> None:
    first, other = served("Event").kind.selectable_fields, served("events.k8s.io/v1/Event").kind.selectable_fields
    assert first["involvedObject.name"](STORED) == other["regarding.name"](STORED) == "x"
    assert first["source"]({**STORED, "source": {}}) == "kubelet"
    assert "regarding.name" not in first
    assert other["reportingController"](STORED) == "kubelet"
