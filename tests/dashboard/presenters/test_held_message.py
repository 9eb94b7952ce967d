"""What may be typed for a held message: YAML or JSON, a delay with an end; the rest is refused in words."""

from __future__ import annotations

import pytest

from cluster.wire.held import DELAY, EDIT, RELEASE, Verdict
from dashboard.presenters import held_message


@pytest.mark.parametrize("text", ['{"kind": "Pod", "on": true}', "kind: Pod\non: true\n"])
def test_a_body_is_read_from_json_and_yaml(text: str) -> None:
    body = held_message.verdict(EDIT, "alice", body=text).body
    assert body in ({"kind": "Pod", "on": True}, {"kind": "Pod", "true": True})


def test_times_in_yaml_stay_text() -> None:
    assert held_message.read("at: 2026-11-23T17:36:16Z") == {"at": "2026-11-23T17:36:16Z"}


@pytest.mark.parametrize(
    ("how", "seconds", "body", "fault"),
    [
        ("burn", 0, "", "cannot be asked to burn"),
        (DELAY, 0, "", "a delay is more than 0"),
        (DELAY, 1e9, "", "at most 600"),
        (EDIT, 0, "", "must be an object"),
        (EDIT, 0, "just words", "must be an object"),
        (EDIT, 0, "a: b: c", "no YAML"),
        (EDIT, 0, "a: 1\n---\nb: 2\n", "must be an object"),
        (EDIT, 0, "x" * 2_000_000, "too long"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(how: str, seconds: float, body: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        held_message.verdict(how, "alice", seconds, body)


def test_a_release_carries_nothing_else() -> None:
    assert held_message.verdict(RELEASE, "alice", body="ignored") == Verdict(by="alice")
