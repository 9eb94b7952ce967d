"""Who is asking: a client certificate signed by the cluster's CA, a static token, or a service account's token.

A proof is checked once and remembered by its bytes until it expires; the service account that a token is bound to is
looked up each time, so that a token ends with its account. There are no anonymous requests.
Models: apiserver/pkg/authentication/request/{x509,bearertoken}, pkg/serviceaccount/{jwt,claims}.go v1.37
Simplified: a token without an account's uid (the controller manager's own loops have such) is bound to no object.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from cluster.apimachinery import status
from cluster.apiserver.authn.user import AUTHENTICATED, User, service_account_groups
from cluster.apiserver.config import Config
from cluster.clock import Clock
from cluster.wire.message import Request

if TYPE_CHECKING:
    from cluster.apiserver.server import Reader

REMEMBERED = 4096
LEEWAY_SECONDS = 60


class Known(NamedTuple):
    """Who a proof stands for, until when, and the (namespace, name, uid) of the account it ends with."""

    user: User
    expires: float
    account: tuple[str, str, str] | None = None


class Authenticator:
    """Turns a request's proof into a user."""

    def __init__(self, config: Config, clock: Clock, reader: Reader) -> None:
        self.config = config
        self.clock = clock
        self.reader = reader
        self._ca = x509.load_pem_x509_certificate(config.client_ca)
        self._known: dict[bytes | str, Known] = {}
        key = load_pem_private_key(config.service_account_key, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self._token_key = key.public_key()

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
        if known.account is not None and not self._exists(*known.account):
            raise status.unauthorized()
        return known.user

    def _exists(self, namespace: str, name: str, uid: str) -> bool:
        account = self.reader.get("ServiceAccount", name, namespace)
        return account is not None and account["metadata"].get("uid") == uid

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
        import jwt

        try:
            claims = jwt.decode(
                token,
                self._token_key,
                algorithms=["ES256"],
                issuer=self.config.service_account_issuer,
                options={"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
            account = claims["kubernetes.io"]["serviceaccount"]
            namespace, name = claims["kubernetes.io"]["namespace"], account["name"]
            uid, expires = account.get("uid", ""), float(claims["exp"])
            self._check_claims(claims, expires)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise status.unauthorized() from error
        user = service_account_user(namespace, name, uid)
        return Known(user, expires, (namespace, name, uid) if uid else None)

    def _check_claims(self, claims: dict[str, Any], expires: float) -> None:
        """Is a token for this server, and now? Told by the cluster's clock."""
        now = self.clock.now()
        audiences = claims.get("aud", self.config.service_account_issuer)
        audiences = [audiences] if isinstance(audiences, str) else audiences
        early = float(claims.get("nbf", 0)) > now + LEEWAY_SECONDS
        if expires <= now or early or self.config.service_account_issuer not in audiences:
            raise status.unauthorized()


def service_account_user(namespace: str, name: str, uid: str = "") -> User:
    """Models: pkg/serviceaccount/util.go UserInfo"""
    groups = (*service_account_groups(namespace), AUTHENTICATED)
    return User(f"system:serviceaccount:{namespace}:{name}", uid, groups)
