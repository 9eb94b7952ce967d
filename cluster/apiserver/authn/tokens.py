"""Service account tokens: signed for an account, perhaps bound to a pod, secret or node, and good until they expire.

Models: pkg/serviceaccount/{jwt,claims}.go v1.37
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from cluster.apimachinery.meta import Obj

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
LEEWAY_SECONDS = 60
SECRET_ISSUER = "kubernetes/serviceaccount"
CLAIM_PREFIX = "kubernetes.io/serviceaccount"
"""Who signed a token that a Secret holds; such a one never expires."""
BOUND = {"pod": "Pod", "secret": "Secret", "node": "Node"}
"""Claim -> the kind of the object that a token ends with."""


class Bad(ValueError):
    """A token that proves nothing."""


class Claims(NamedTuple):
    """What a good token says. `bound` holds (claim, name, uid) of the objects that it ends with; `secret` is the Secret
    that has to hold it."""

    namespace: str
    name: str
    uid: str
    expires: float
    audiences: tuple[str, ...]
    token_id: str = ""
    bound: tuple[tuple[str, str, str], ...] = ()
    secret: str = ""


@functools.lru_cache(maxsize=64)
def key_of(pem: bytes) -> PrivateKey:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return key


def algorithm_of(key: PrivateKey) -> str:
    return "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"


def sign(pem: bytes, claims: Obj) -> str:
    import jwt

    key = key_of(pem)
    return jwt.encode(claims, key, algorithm=algorithm_of(key))


def claims_of(account: Obj, bound: dict[str, Obj], audiences: Sequence[str], times: tuple[int, int], id: str) -> Obj:
    """The claims of an account's token; `times` are (now, until), `bound` maps a claim to the object of its kind."""
    metadata = account["metadata"]
    now, until = times
    private: Obj = {
        "namespace": metadata["namespace"],
        "serviceaccount": {"name": metadata["name"], "uid": metadata["uid"]},
    }
    for claim, obj in bound.items():
        private[claim] = {"name": obj["metadata"]["name"], "uid": obj["metadata"]["uid"]}
    return {
        "aud": list(audiences),
        "exp": until,
        "iat": now,
        "jti": id,
        "kubernetes.io": private,
        "nbf": now,
        "sub": f"system:serviceaccount:{metadata['namespace']}:{metadata['name']}",
    }


def claims_of_secret(account: Obj, secret: Obj) -> Obj:
    """The claims of the token that a Secret holds. Models: legacy.go LegacyClaims"""
    namespace, name = account["metadata"]["namespace"], account["metadata"]["name"]
    private = {
        "namespace": namespace,
        "secret.name": secret["metadata"]["name"],
        "service-account.name": name,
        "service-account.uid": account["metadata"]["uid"],
    }
    return {
        "iss": SECRET_ISSUER,
        "sub": f"system:serviceaccount:{namespace}:{name}",
        **{f"{CLAIM_PREFIX}/{part}": value for part, value in private.items()},
    }


def read(token: str, pem: bytes, issuer: str, now: float) -> Claims:
    """The claims of a token that this key signed and that holds now. Bad for any other."""
    import jwt

    key = key_of(pem)
    try:
        claims = jwt.decode(
            token,
            key.public_key(),
            algorithms=[algorithm_of(key)],
            issuer=[issuer, SECRET_ISSUER],
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        if claims["iss"] == SECRET_ISSUER:
            return _of_secret(claims, issuer)
        private = claims["kubernetes.io"]
        account = private["serviceaccount"]
        expires, early = float(claims["exp"]), float(claims.get("nbf", 0)) > now + LEEWAY_SECONDS
        if expires <= now or early:
            raise Bad("the token is not good now")
        return Claims(
            private["namespace"],
            account["name"],
            account.get("uid", ""),
            expires,
            _audiences(claims, issuer),
            str(claims.get("jti", "")),
            tuple((claim, private[claim]["name"], private[claim]["uid"]) for claim in BOUND if claim in private),
        )
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise Bad(str(error)) from error


def _of_secret(claims: dict[str, Any], issuer: str) -> Claims:
    namespace, secret, name, uid = (
        claims[f"{CLAIM_PREFIX}/{part}"]
        for part in ("namespace", "secret.name", "service-account.name", "service-account.uid")
    )
    return Claims(namespace, name, uid, float("inf"), (issuer,), secret=secret)


def _audiences(claims: dict[str, Any], issuer: str) -> tuple[str, ...]:
    found = claims.get("aud", issuer)
    return (found,) if isinstance(found, str) else tuple(found)
