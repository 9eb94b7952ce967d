"""Ages, and lists in columns."""

from __future__ import annotations

import pytest

from cluster.apimachinery import table
from cluster.apis.registry import Column


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "<invalid>"),
        (-1, "0s"),
        (5, "5s"),
        (119, "119s"),
        (120, "2m"),
        (150, "2m30s"),
        (600, "10m"),
        (7200, "120m"),
        (3 * 3600 + 60, "3h1m"),
        (10 * 3600, "10h"),
        (3 * 86400, "3d"),
        (3 * 86400 + 3600, "3d1h"),
        (10 * 86400, "10d"),
        (800 * 86400, "2y70d"),
        (3000 * 86400, "8y"),
    ],
)
def test_a_duration_as_people_read_it(seconds: int, shown: str) -> None:
    assert table.human_duration(seconds) == shown


def test_an_age_of_no_time_is_unknown() -> None:
    assert table.age(None, 0.0) == "<unknown>"
    assert table.age("1970-01-01T00:00:00Z", 5.0) == "5s"


@pytest.mark.parametrize(
    ("include", "shown"), [("None", None), ("Metadata", "PartialObjectMetadata"), ("Object", "Pod")]
)
def test_a_row_carries_what_was_asked_for(include: str, shown: str | None) -> None:
    pod = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web"}, "spec": {}}
    columns = [Column("Name", lambda obj, now: obj["metadata"]["name"])]
    made = table.table(columns, [pod], 0.0, {"resourceVersion": "7"}, include=include)
    (row,) = made["rows"]
    assert row["cells"] == ["web"]
    assert row.get("object", {}).get("kind") == shown
    assert made["metadata"] == {"resourceVersion": "7"}
