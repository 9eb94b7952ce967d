"""Tokens for service accounts: asked for, used, bound to a pod, and at an end."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from cluster.wire.message import Response
from tests.cluster.apiserver.conftest import Home, assert_refused, pod

PATH = "/api/v1/namespaces/default/serviceaccounts/default/token"
WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


async def asked(home: Home, path: str = PATH, **spec: Any) -> Response:
    return await home.ask(
        "POST", path, {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "spec": spec}
    )


async def test_a_token_is_its_accounts_for_an_hour(home: Home) -> None:
    answer = await asked(home)
    body = answer.body.object
    assert (answer.status, body["kind"], body["spec"]["expirationSeconds"]) == (201, "TokenRequest", 3600)
    token = body["status"]["token"]
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    who = (await home.ask("POST", WHO, {}, token=token)).body.object["status"]["userInfo"]
    assert who["username"] == "system:serviceaccount:default:default"
    assert list(who["extra"]) == ["authentication.kubernetes.io/credential-id"]
    home.clock.jump(3601)
    assert (await home.ask("POST", WHO, {}, token=token)).status == 401


async def test_a_token_bound_to_a_pod_ends_with_it(home: Home) -> None:
    await home.client.create("Pod", pod())
    answer = await asked(home, boundObjectRef={"kind": "Pod", "apiVersion": "v1", "name": "web"})
    token = answer.body.object["status"]["token"]
    who = await home.ask("POST", WHO, {}, token=token)
    assert who.body.object["status"]["userInfo"]["extra"]["authentication.kubernetes.io/pod-name"] == ["web"]
    await home.client.delete("Pod", "web", "default")
    assert (await home.ask("POST", WHO, {}, token=token)).status == 401


async def test_a_token_for_another_audience_opens_nothing_here_but_reviews_there(home: Home) -> None:
    token = (await asked(home, audiences=["vault"])).body.object["status"]["token"]
    assert (await home.ask("POST", WHO, {}, token=token)).status == 401
    for audiences, good in ((["vault", "x"], True), ([], False)):
        review = {"spec": {"token": token, "audiences": audiences}}
        answer = await home.ask("POST", "/apis/authentication.k8s.io/v1/tokenreviews", review)
        status = answer.body.object["status"]
        assert status.get("authenticated", False) is good
    assert status == {"user": {}, "error": "invalid bearer token"}


@pytest.mark.parametrize(
    ("path", "spec", "code", "reason", "message"),
    [
        (PATH.replace("default/token", "nope/token"), {}, 404, "NotFound", 'serviceaccounts "nope" not found'),
        (
            PATH,
            {"expirationSeconds": 5},
            422,
            "Invalid",
            'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 5: '
            "may not specify a duration less than 10 minutes",
        ),
        (
            PATH,
            {"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "x"}},
            404,
            "NotFound",
            'pods "x" not found',
        ),
        (
            PATH,
            {"boundObjectRef": {"kind": "Deployment", "apiVersion": "apps/v1", "name": "x"}},
            400,
            "BadRequest",
            "cannot bind token to object of type apps/v1, Kind=Deployment",
        ),
    ],
)
async def test_refusals(home: Home, path: str, spec: dict[str, Any], code: int, reason: str, message: str) -> None:
    assert_refused(await asked(home, path, **spec), code, reason, message)


async def test_a_stranger_gets_no_token(home: Home) -> None:
    answer = await home.ask("POST", PATH, {"spec": {}}, token="mallory-token")
    assert answer.status == 403
