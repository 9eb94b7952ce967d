"""Secrets that are bootstrap tokens; pure. Models: cluster-bootstrap/token/{util,jws}, bootstrap/util/secrets v1.37"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.clock import parse_rfc3339

TYPE, PREFIX, NAMESPACE = "bootstrap.kubernetes.io/token", "bootstrap-token-", "kube-system"
ID, SECRET = re.compile(r"[a-z0-9]{6}"), re.compile(r"[a-z0-9]{16}")


def is_token(secret: Obj) -> bool:
    return secret.get("type") == TYPE and meta.namespace_of(secret) == NAMESPACE


def text_of(secret: Obj, name: str) -> str:
    """One of its data as text, "" when there is none."""
    try:
        return base64.b64decode((secret.get("data") or {}).get(name) or "").decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def parts(secret: Obj, now: float) -> tuple[str, str] | None:
    """(id, secret) of a token that signs now."""
    id, key = text_of(secret, "token-id"), text_of(secret, "token-secret")
    good = ID.fullmatch(id) and SECRET.fullmatch(key) and meta.name_of(secret) == PREFIX + id
    if not good or expires_at(secret) <= now or text_of(secret, "usage-bootstrap-signing") != "true":
        return None
    return id, key


def expires_at(secret: Obj) -> float:
    """When it ends, in cluster seconds; one whose date cannot be read has ended. Models: HasExpired, GetExpiration"""
    text = text_of(secret, "expiration")
    if not text:
        return float("inf")
    try:
        return parse_rfc3339(text)
    except ValueError:
        return 0.0


def signature(content: str, id: str, key: str) -> str:
    """A detached JWS of a text by a token. Models: jws.ComputeDetachedSignature"""
    header = _encoded(f'{{"alg":"HS256","kid":"{id}"}}'.encode())
    signed = hmac.new(f"{id}.{key}".encode(), f"{header}.{_encoded(content.encode())}".encode(), hashlib.sha256)
    return f"{header}..{_encoded(signed.digest())}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
