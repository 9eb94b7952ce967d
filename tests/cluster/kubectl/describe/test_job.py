"""Long lists of indexes are cut."""

from __future__ import annotations

from cluster.kubectl.describe import job


def test_indexes_are_cut_at_a_comma() -> None:
    long = ",".join(str(number) for number in range(10, 60))
    assert job.indexes("") == "<none>"
    assert job.indexes("1,3-5") == "1,3-5"
    assert job.indexes(long) == long[:51] + "..."
