"""Who is asking: a client certificate signed by the cluster's CA, a static token, or a service account's token.

A proof is checked once and remembered by its bytes until it expires; the service account that a token is bound to is
looked up each time, so that a token ends with its account. There are no anonymous requests.
Models: apiserver/pkg/authentication/request/{x509,bearertoken}, pkg/serviceaccount/{jwt,claims}.go v1.37
Simplified: a token without an account's uid (the controller manager's own loops have such) is bound to no object.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from cluster.apimachinery import status
from cluster.apiserver.authn import tokens
from cluster.apiserver.authn.user import AUTHENTICATED, User, service_account_groups
from cluster.apiserver.config import Config
from cluster.clock import Clock
from cluster.wire.message import Request

if TYPE_CHECKING:
    from cluster.apiserver.server import Reader

REMEMBERED = 4096
EXTRA = "authentication.kubernetes.io"


class Known(NamedTuple):
    """Who a proof stands for, until when, and what it says itself when it is a service account's token."""

    user: User
    expires: float
    claims: tokens.Claims | None = None


class Authenticator:
    """Turns a request's proof into a user."""

    def __init__(self, config: Config, clock: Clock, reader: Reader) -> None:
        self.config = config
        self.clock = clock
        self.reader = reader
        self._ca = x509.load_pem_x509_certificate(config.client_ca)
        self._known: dict[bytes | str, Known] = {}

    def authenticate(self, request: Request) -> User:
        """ApiError 401 when nobody known asks."""
        proof: bytes | str | None = request.certificate
        if proof is None:
            scheme, _, proof = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not proof:
                raise status.unauthorized()
        known = self._known.get(proof)
        if known is None or known.expires <= self.clock.now():
            known = self._certificate(proof) if isinstance(proof, bytes) else self._token(proof)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[proof] = known
        if known.claims is not None:
            if self.config.service_account_issuer not in known.claims.audiences:
                raise status.unauthorized()
            self._check_alive(known.claims, str(proof))
        return known.user

    def review(self, token: str, audiences: Sequence[str]) -> tuple[User, list[str]]:
        """(whose token it is, for which of the audiences it is good). ApiError 401. Models: tokenreview/storage.go"""
        known = self._token(token)
        issuer = self.config.service_account_issuer
        wanted = list(audiences) or [issuer]
        if known.claims is not None:
            self._check_alive(known.claims, token)
        good_for = known.claims.audiences if known.claims is not None else (issuer,)
        both = [each for each in wanted if each in good_for]
        if not both:
            raise status.unauthorized()
        return known.user, both

    def _check_alive(self, claims: tokens.Claims, token: str) -> None:
        """ApiError 401 when the account, what the token is bound to, or the Secret that holds it is not there any more."""
        if claims.secret:
            held = (self.reader.get("Secret", claims.secret, claims.namespace) or {}).get("data") or {}
            if not hmac.compare_digest(str(held.get("token") or ""), base64.b64encode(token.encode()).decode()):
                raise status.unauthorized()
        asked = [("ServiceAccount", claims.name, claims.uid)] if claims.uid else []
        asked += [(tokens.BOUND[claim], name, uid) for claim, name, uid in claims.bound]
        for kind, name, uid in asked:
            found = self.reader.get(kind, name, "" if kind == "Node" else claims.namespace)
            if found is None or found["metadata"].get("uid") != uid:
                raise status.unauthorized()

    def _certificate(self, der: bytes) -> Known:
        try:
            certificate = x509.load_der_x509_certificate(der)
            certificate.verify_directly_issued_by(self._ca)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise status.unauthorized() from error
        now = self.clock.now()
        until = certificate.not_valid_after_utc.timestamp()
        if not certificate.not_valid_before_utc.timestamp() <= now + 300 or now >= until:
            raise status.unauthorized()
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if not names:
            raise status.unauthorized()
        groups = [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
        return Known(User(str(names[0].value), groups=(*groups, AUTHENTICATED)), until)

    def _token(self, token: str) -> Known:
        for known, (name, groups) in self.config.tokens.items():
            if hmac.compare_digest(known.encode(), token.encode("utf-8", "replace")):
                return Known(User(name, groups=(*groups, AUTHENTICATED)), float("inf"))
        issuer = self.config.service_account_issuer
        try:
            claims = tokens.read(token, self.config.service_account_key, issuer, self.clock.now())
        except tokens.Bad as error:
            raise status.unauthorized() from error
        return Known(service_account_user(claims), claims.expires, claims)


def service_account_user(claims: tokens.Claims) -> User:
    """Models: pkg/serviceaccount/util.go UserInfo"""
    groups = (*service_account_groups(claims.namespace), AUTHENTICATED)
    extra = [(f"{EXTRA}/{claim}-{part}", (value,)) for claim, *parts in claims.bound if claim in ("pod", "node")
             for part, value in zip(("name", "uid"), parts, strict=True)]  # fmt: skip
    if claims.token_id:
        extra.append((f"{EXTRA}/credential-id", (f"JTI={claims.token_id}",)))
    name = f"system:serviceaccount:{claims.namespace}:{claims.name}"
    return User(name, claims.uid, groups, tuple(sorted(extra)))
