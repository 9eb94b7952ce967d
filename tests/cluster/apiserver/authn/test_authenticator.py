"""Who is asking: certificates, static tokens, service account tokens."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import jwt
import pytest

from cluster.apimachinery.status import ApiError
from cluster.apiserver.authn.authenticator import Authenticator
from cluster.apiserver.authn.user import User
from cluster.apiserver.config import Config
from cluster.clock import VirtualClock
from cluster.kubeadm import pki
from cluster.wire.message import Request

ACCOUNT = {"kind": "ServiceAccount", "metadata": {"name": "bot", "namespace": "shop", "uid": "u-1"}}
BOT = User(
    "system:serviceaccount:shop:bot",
    "u-1",
    ("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"),
)


class Door:
    def __init__(self, folder: Path, shelf: Any) -> None:
        self.ca = pki.authority(folder, "client-ca")
        self.key = pki.token_key(folder)
        tokens = {"static": ("jane", ("dev",))}
        self.config = Config(self.ca.certificate_pem, self.key, tokens=tokens)
        self.clock = VirtualClock()
        self.authenticator = Authenticator(self.config, self.clock, shelf)

    def bearer(self, token: str) -> User:
        return self.authenticator.authenticate(Request("GET", "/api", headers={"authorization": token}))

    def certified(self, der: bytes) -> User:
        return self.authenticator.authenticate(Request("GET", "/api", certificate=der))

    def token(self, key: bytes | None = None, **claims: Any) -> str:
        now = int(self.clock.now())
        account = {"namespace": "shop", "serviceaccount": {"name": "bot", "uid": "u-1"}}
        issuer = self.config.service_account_issuer
        found = {"iss": issuer, "aud": [issuer], "exp": now + 600, "kubernetes.io": account, **claims}
        return "Bearer " + jwt.encode(found, key or self.key, algorithm="RS256")


@pytest.fixture
def door(tmp_path: Path, shelf: Any) -> Door:
    shelf.put(ACCOUNT)
    return Door(tmp_path, shelf)


def der(pair: tuple[bytes, bytes]) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pair[0].decode())


def is_unauthorized(ask: Any) -> bool:
    with pytest.raises(ApiError) as caught:
        ask()
    return (caught.value.code, caught.value.message) == (401, "Unauthorized")


def test_a_certificate_of_the_client_ca_names_user_and_groups(door: Door) -> None:
    user = door.certified(der(door.ca.issue("jane", ("dev", "ops"))))
    assert user == User("jane", groups=("dev", "ops", "system:authenticated"))


def test_a_certificate_of_another_ca_with_the_same_name_is_unauthorized(door: Door, tmp_path: Path) -> None:
    other = pki.authority(tmp_path / "other", "client-ca")
    assert is_unauthorized(lambda: door.certified(der(other.issue("jane", ("system:masters",)))))


def test_bytes_that_are_no_certificate_are_unauthorized(door: Door) -> None:
    assert is_unauthorized(lambda: door.certified(b"\x30\x03junk"))


async def test_a_certificate_ends_though_it_was_remembered(door: Door) -> None:
    certificate = der(door.ca.issue("jane"))
    assert door.certified(certificate).name == "jane"
    door.clock.jump((pki.LEAF_DAYS + 1) * 86400)
    assert is_unauthorized(lambda: door.certified(certificate))


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer nope", "Bearer stati", "Bearer static2", "Basic static", "static", "Bearer ü"]
)
def test_what_is_no_known_bearer_token_is_unauthorized(door: Door, header: str) -> None:
    assert is_unauthorized(lambda: door.bearer(header))


def test_nobody_is_anonymous(door: Door) -> None:
    assert is_unauthorized(lambda: door.authenticator.authenticate(Request("GET", "/api")))


def test_a_static_token_names_its_user(door: Door) -> None:
    assert door.bearer("Bearer static") == User("jane", groups=("dev", "system:authenticated"))


def test_a_service_accounts_token_names_the_account(door: Door) -> None:
    assert door.bearer(door.token()) == BOT


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 0},
        {"nbf": 4_000_000_000},
        {"aud": ["vault"]},
        {"iss": "https://elsewhere"},
        {"kubernetes.io": {"namespace": "shop", "serviceaccount": {"name": "bot", "uid": "u-0"}}},
        {"kubernetes.io": {"namespace": "other", "serviceaccount": {"name": "bot", "uid": "u-1"}}},
        {"kubernetes.io": {"namespace": "shop"}},
        {"kubernetes.io": "shop"},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_unauthorized(door: Door, claims: dict[str, Any]) -> None:
    token = door.token(**claims)
    assert is_unauthorized(lambda: door.bearer(token))


def test_a_token_that_another_key_signed_is_unauthorized(door: Door, tmp_path: Path) -> None:
    token = door.token(key=pki.token_key(tmp_path / "other"))
    assert is_unauthorized(lambda: door.bearer(token))


def test_a_token_that_nobody_signed_is_unauthorized(door: Door) -> None:
    claims = jwt.decode(door.token().removeprefix("Bearer "), options={"verify_signature": False})
    token = "Bearer " + jwt.encode(claims, "", algorithm="none")
    assert is_unauthorized(lambda: door.bearer(token))


def test_a_remembered_token_ends_with_its_account(door: Door, shelf: Any) -> None:
    token = door.token()
    assert door.bearer(token) == BOT
    shelf.remove("ServiceAccount", "bot", "shop")
    assert is_unauthorized(lambda: door.bearer(token))


def test_a_remembered_token_is_not_of_the_account_that_came_after(door: Door, shelf: Any) -> None:
    token = door.token()
    assert door.bearer(token) == BOT
    shelf.put({"kind": "ServiceAccount", "metadata": {"name": "bot", "namespace": "shop", "uid": "u-2"}})
    assert is_unauthorized(lambda: door.bearer(token))


async def test_a_remembered_token_expires_by_the_clusters_clock(door: Door) -> None:
    token = door.token()
    assert door.bearer(token) == BOT
    door.clock.jump(601)
    assert is_unauthorized(lambda: door.bearer(token))
