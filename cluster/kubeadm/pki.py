"""Keys and certificates: one serving CA for the installation, one client CA and token key a cluster.

Everything lives below the data folder, mode 600. Elliptic keys: a certificate is signed in less than a millisecond; only
the token key is RSA, as kubeadm's: clients see its name in a token's header.
Models: cmd/kubeadm/app/phases/certs v1.37
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cluster.clock import Clock, rfc3339

CA_DAYS, LEAF_DAYS, RENEW_DAYS = 3650, 365, 30
PEM = serialization.Encoding.PEM
EXTENDED_USAGES = {"client auth": ExtendedKeyUsageOID.CLIENT_AUTH, "server auth": ExtendedKeyUsageOID.SERVER_AUTH}
"""What a request for a certificate may ask its key to be good for."""


class PkiError(Exception):
    """A key cannot be used; the message is one line for a person."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA: its certificate (PEM) and what signs."""

    certificate_pem: bytes
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def issue(self, name: str, groups: tuple[str, ...] = (), *, hosts: tuple[str, ...] = ()) -> tuple[bytes, bytes]:
        """(certificate, key), PEM: for a client, or for a server when `hosts` are given."""
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        subject = x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = self._leaf(subject, key.public_key(), [usage], LEAF_DAYS)
        if hosts:
            names = [_general_name(host) for host in hosts]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(PEM), _key_pem(key)

    def sign(self, request: bytes, usages: list[str], seconds: float) -> bytes:
        """A certificate for a request (PEM), as PEM. ValueError for a request that is not its own key's."""
        asked = x509.load_pem_x509_csr(request)
        if not asked.is_signature_valid:
            raise ValueError("unable to verify the signature of the request")
        extended = [oid for name, oid in EXTENDED_USAGES.items() if name in usages]
        builder = self._leaf(asked.subject, asked.public_key(), extended, seconds / 86400)
        for extension in asked.extensions:
            if isinstance(extension.value, x509.SubjectAlternativeName):
                builder = builder.add_extension(extension.value, critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(PEM)

    def _leaf(
        self,
        subject: x509.Name,
        public_key: CertificatePublicKeyTypes,
        usages: list[x509.ObjectIdentifier],
        days: float,
    ) -> x509.CertificateBuilder:
        return (
            _builder(subject, self.certificate.subject, public_key, days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(sign_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )


@dataclass(frozen=True, slots=True)
class Serving:
    """The installation's serving certificate, and the CA that clients trust for it."""

    certificate_path: Path
    key_path: Path
    ca_pem: bytes


def authority(folder: Path, name: str) -> Authority:
    """The CA `name` of a folder, made on first use. A certificate that is lost, damaged, about to end, or not as strict
    clients want it is signed anew for the same key, so that what it issued stays good. OSError, PkiError."""
    certificate_path, key_path = folder / f"{name}.crt", folder / f"{name}.key"
    if key_path.exists():
        key = _key_in(key_path)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
        write_private(key_path, _key_pem(key))
    certificate = _certificate_in(certificate_path)
    if certificate is None or not _is_good_authority(certificate, key):
        certificate = _self_signed(name, key)
        write_private(certificate_path, certificate.public_bytes(PEM))
    return Authority(certificate.public_bytes(PEM), certificate, key)


def serving_identity(data_dir: Path, https_address: str) -> Serving:
    """The serving certificate for this address and loopback; renewed a month before it ends."""
    folder = data_dir / "pki"
    ca = authority(folder, "serving-ca")
    certificate_path, key_path = folder / "serving.crt", folder / "serving.key"
    host = https_address.rpartition(":")[0].strip("[]")
    hosts = tuple(dict.fromkeys((host, "127.0.0.1", "localhost", "::1")))
    if not _still_good(certificate_path, key_path, ca, hosts):
        certificate, key = ca.issue("kubelearn", hosts=hosts)
        write_private(key_path, key)
        write_private(certificate_path, certificate)
    return Serving(certificate_path, key_path, ca.certificate_pem)


def token_key(folder: Path) -> bytes:
    """The key that signs service account tokens, PEM; made on first use."""
    path = folder / "sa.key"
    if not path.exists():
        write_private(path, new_token_key())
    pem = path.read_bytes()
    try:
        serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PkiError(_not_a_key(path)) from error
    return pem


def new_token_key() -> bytes:
    """A tenth of a second of work."""
    return _key_pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def write_private(path: Path, content: bytes) -> None:
    """Write a file for its owner's eyes only, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _still_good(path: Path, key_path: Path, ca: Authority, hosts: tuple[str, ...]) -> bool:
    """Are both there and whole, of one another, signed by this CA, for these hosts, and good for a month?"""
    certificate = _certificate_in(path)
    if certificate is None or not key_path.exists():
        return False
    try:
        certificate.verify_directly_issued_by(ca.certificate)
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        matches = certificate.public_key() == _key_in(key_path).public_key()
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound, PkiError):
        return False
    return matches and {str(name.value) for name in found} == set(hosts) and _lasts(certificate)


def _is_good_authority(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bool:
    """Is it this key's, a CA's as RFC 5280 wants it, and good for a month?"""
    extensions = certificate.extensions
    try:
        is_ca = extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        signs = extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
        extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return False
    return is_ca and signs and certificate.public_key() == key.public_key() and _lasts(certificate)


def _lasts(certificate: x509.Certificate) -> bool:
    now = Clock().now()
    return certificate.not_valid_before_utc.timestamp() <= now < _end_of(certificate) - RENEW_DAYS * 86400


def _end_of(certificate: x509.Certificate) -> float:
    return certificate.not_valid_after_utc.timestamp()


def _certificate_in(path: Path) -> x509.Certificate | None:
    """The certificate in a file; None when there is none that can be read."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _key_in(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PkiError(_not_a_key(path)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise PkiError(_not_a_key(path))
    return key


def _not_a_key(path: Path) -> str:
    return f"the key {path} is damaged; remove it and a new one is made (what it signed is then void)"


def _self_signed(name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        _builder(subject, subject, key.public_key(), CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(sign_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: CertificatePublicKeyTypes, days: float
) -> x509.CertificateBuilder:
    from datetime import datetime

    now = datetime.fromisoformat(rfc3339(Clock().now()))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _key_usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
