"""What verifiers of service account tokens ask: who the issuer is, and its public key.

Models: pkg/serviceaccount/openidmetadata.go v1.37
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cluster.apiserver.authn import tokens
from cluster.apiserver.config import Config
from cluster.wire.message import Payload, Response

CONFIGURATION, KEYS = "/.well-known/openid-configuration", "/openid/v1/jwks"
CACHED = {"cache-control": "public, max-age=3600"}


def answer(config: Config, path: str) -> Response | None:
    """The response for one of the two paths, None for any other."""
    if path == CONFIGURATION:
        algorithm = tokens.algorithm_of(tokens.key_of(config.service_account_key))
        found: dict[str, Any] = {
            "issuer": config.service_account_issuer,
            "jwks_uri": f"https://{config.address}:{config.port}{KEYS}",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [algorithm],
        }
        return Response(200, Payload(object=found), {"content-type": "application/json", **CACHED})
    if path == KEYS:
        raw = orjson.dumps({"keys": [public_key(config)]})
        return Response(200, Payload(raw=raw), {"content-type": "application/jwk-set+json", **CACHED})
    return None


def public_key(config: Config) -> dict[str, str]:
    """The key as a JWK; its id is the hash of its DER form, as upstream's."""
    key = tokens.key_of(config.service_account_key)
    public = key.public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    shared = {"use": "sig", "kid": _text(hashlib.sha256(der).digest()), "alg": tokens.algorithm_of(key)}
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        return {**shared, "kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    point = public.public_numbers()
    size = (public.key_size + 7) // 8
    return {**shared, "kty": "EC", "crv": "P-256", "x": _number(point.x, size), "y": _number(point.y, size)}


def _number(value: int, size: int = 0) -> str:
    return _text(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
