"""Who this server says it is to the servers behind it: a client certificate of an authority of its own.

The authority is told in the ConfigMap kube-system/extension-apiserver-authentication, where such servers look for it. It is
made when the first of them is registered, and anew at each start.
Models: pkg/controlplane/controller/clusterauthenticationtrust v1.37, kubeadm's front-proxy-ca
"""

from __future__ import annotations

import datetime
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cluster.apimachinery.meta import Obj

NAME = "front-proxy-client"
MAP = "extension-apiserver-authentication"
YEARS = datetime.timedelta(days=3650)
EARLIER = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Identity:
    """PEM texts."""

    authority: bytes
    certificate: bytes
    key: bytes

    def present(self, context: ssl.SSLContext) -> ssl.SSLContext:
        """The context, showing this certificate. Blocking: it can be read from a file only."""
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(self.certificate + self.key)
            file.flush()
            context.load_cert_chain(Path(file.name))
        return context


def make(now: float) -> Identity:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    begin = datetime.datetime.fromtimestamp(now, datetime.UTC) - EARLIER

    def signed(name: str, key: ec.EllipticCurvePrivateKey, by: str, signer: ec.EllipticCurvePrivateKey) -> bytes:
        is_authority = name == by
        subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, by))
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + YEARS)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if not is_authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    authority = signed("front-proxy-ca", authority_key, "front-proxy-ca", authority_key)
    return Identity(authority, signed(NAME, key, "front-proxy-ca", authority_key), private)


def told(identity: Identity, client_ca: bytes) -> dict[str, str]:
    """What the ConfigMap holds."""
    return {
        "client-ca-file": client_ca.decode(),
        "requestheader-allowed-names": f'["{NAME}"]',
        "requestheader-client-ca-file": identity.authority.decode(),
        "requestheader-extra-headers-prefix": '["X-Remote-Extra-"]',
        "requestheader-group-headers": '["X-Remote-Group"]',
        "requestheader-uid-headers": '["X-Remote-Uid"]',
        "requestheader-username-headers": '["X-Remote-User"]',
    }


def config_map(identity: Identity, client_ca: bytes) -> Obj:
    metadata = {"name": MAP, "namespace": "kube-system"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": told(identity, client_ca)}
