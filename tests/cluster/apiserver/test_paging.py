"""Continue tokens: where they go on, and which are none."""

from __future__ import annotations

import base64

import orjson
import pytest

from cluster.apimachinery.status import ApiError
from cluster.apiserver import paging

PREFIX = "/registry/pods/"


def made(**fields: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(fields)).rstrip(b"=").decode()


def refusal(text: str, version: str = "") -> tuple[int, str]:
    with pytest.raises(ApiError) as caught:
        paging.position(text, PREFIX, version)
    return caught.value.code, caught.value.message


def test_a_token_goes_on_after_the_last_key_at_its_revision() -> None:
    token = paging.token(paging.after(f"{PREFIX}shop/a"), PREFIX, 7)
    assert paging.position(token, PREFIX, "") == (f"{PREFIX}shop/a\0", 7)
    assert paging.position("", PREFIX, "") == ("", 0)


def test_a_token_of_the_newest_has_no_revision() -> None:
    place = paging.position(paging.token(f"{PREFIX}a/b", PREFIX, paging.NEWEST), PREFIX, "0")
    assert place == (f"{PREFIX}a/b", 0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (made(v="meta.k8s.io/v1", rv=0, start="a"), "incorrect encoded start resourceVersion (version meta.k8s.io/v1)"),
        (made(v="meta.k8s.io/v1", rv=3, start=""), "encoded start key empty (version meta.k8s.io/v1)"),
        (made(v="meta.k8s.io/v1", rv=3, start="../secrets/a"), "../secrets/a"),
        (made(v="v9", rv=3, start="a"), "server does not recognize this encoded version 'v9'"),
    ],
)
def test_what_this_server_did_not_make_is_refused(text: str, why: str) -> None:
    assert refusal(text) == (400, f"invalid continue token: continue key is not valid: {why}")


def test_junk_is_refused() -> None:
    assert refusal("%%%")[0] == 400
    assert refusal("e30")[0] == 400


def test_a_version_beside_a_token_is_refused() -> None:
    token = paging.token(f"{PREFIX}a/b", PREFIX, 3)
    assert refusal(token, "5") == (400, "specifying resource version is not allowed when using continue")


def test_a_page_that_is_too_old_comes_with_a_token_that_goes_on() -> None:
    error = paging.too_old(paging.Position(f"{PREFIX}a/b", 3), PREFIX)
    assert (error.code, error.reason) == (410, "Expired")
    assert paging.position(error.status["metadata"]["continue"], PREFIX, "") == (f"{PREFIX}a/b", 0)
