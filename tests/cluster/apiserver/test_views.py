"""The HTTPS door's requests: headers, query and body as the wire carries them."""

from __future__ import annotations

from cluster.apiserver.authz import impersonation
from cluster.apiserver.views import request_of


def scope(*headers: tuple[bytes, bytes], query: bytes = b"") -> dict[str, object]:
    return {"method": "GET", "query_string": query, "headers": list(headers)}


def test_headers_that_come_once_are_as_sent() -> None:
    request = request_of(scope((b"accept", b"application/json, */*"), (b"user-agent", b"kubectl")), "/api", b"", None)
    assert request.headers == {"accept": "application/json, */*", "user-agent": "kubectl"}


def test_headers_that_come_more_than_once_keep_every_value() -> None:
    """`kubectl --as=alice --as-group=dev --as-group=ops` sends a line for each group."""
    groups = [(b"impersonate-group", b"dev"), (b"impersonate-group", b"ops")]
    request = request_of(scope((b"impersonate-user", b"alice"), *groups), "/api", b"", None)
    assert request.headers == {"impersonate-user": "alice", "impersonate-group": "dev, ops"}
    assert impersonation.asked(request.headers)


def test_of_a_parameter_that_comes_more_than_once_the_last_counts() -> None:
    request = request_of(scope(query=b"limit=1&limit=2&watch="), "/api", b"", None)
    assert (request.query, bool(request.body)) == ({"limit": "2", "watch": ""}, False)
