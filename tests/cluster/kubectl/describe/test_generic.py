"""Titles of fields as the generic description words them."""

import pytest

from cluster.kubectl.describe import generic


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("spec", "Spec"),
        ("creationTimestamp", "Creation Timestamp"),
        ("apiVersion", "API Version"),
        ("uid", "UID"),
        ("leaseDurationSeconds", "Lease Duration Seconds"),
        ("podIPs", "Pod I Ps"),
        ("nonResourceURLs", "Non Resource URLs"),
        ("a.b", "a.b"),
    ],
)
def test_a_title(field: str, title: str) -> None:
    assert generic.title(field) == title
