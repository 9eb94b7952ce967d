"""`kubectl describe certificatesigningrequest`: with what the request itself says.

Models: describe.go describeCertificateSigningRequest, extractCSRStatus v1.37
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

from cluster.apimachinery import table
from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import Writer, rfc1123
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers.table import labels_text


async def describe(invocation: Invocation, request: Obj) -> str:
    found = await events.of(invocation, request, kind="CertificateSigningRequest")
    return text(request, found, invocation.now)


def text(request: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    metadata, spec = request["metadata"], request["spec"]
    writer.line("Name", metadata["name"])
    writer.line("Labels", labels_text(metadata.get("labels")))
    writer.line("Annotations", labels_text(metadata.get("annotations")))
    writer.line("CreationTimestamp", rfc1123(metadata.get("creationTimestamp")))
    writer.line("Requesting User", spec.get("username", ""))
    if spec.get("signerName"):
        writer.line("Signer", spec["signerName"])
    if "expirationSeconds" in spec:
        writer.line("Requested Duration", table.human_duration(spec["expirationSeconds"]))
    writer.line("Status", state(request.get("status") or {}))
    _request(writer, spec["request"])
    events.write(writer, found, now)
    return writer.text()


def state(status: Obj) -> str:
    """ "Approved,Issued"."""
    types = {each["type"] for each in status.get("conditions") or ()}
    words = ["Denied" if "Denied" in types else "Approved" if "Approved" in types else "Pending"]
    words += ["Failed"] if "Failed" in types else []
    return ",".join(words + (["Issued"] if status.get("certificate") else []))


def _request(writer: Writer, encoded: str) -> None:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        request = x509.load_pem_x509_csr(base64.b64decode(encoded))
    except ValueError as error:
        raise CommandError("Error parsing CSR: PEM block type must be CERTIFICATE REQUEST") from error

    def named(oid: x509.ObjectIdentifier) -> list[str]:
        return [str(each.value) for each in request.subject.get_attributes_for_oid(oid)]

    writer.put("Subject:\n")
    writer.put(f"\tCommon Name:\t{''.join(named(NameOID.COMMON_NAME)[-1:])}\n")
    writer.put(f"\tSerial Number:\t{''.join(named(NameOID.SERIAL_NUMBER)[-1:])}\n")
    for title, oid in (
        ("Organization", NameOID.ORGANIZATION_NAME),
        ("Organizational Unit", NameOID.ORGANIZATIONAL_UNIT_NAME),
        ("Country", NameOID.COUNTRY_NAME),
        ("Locality", NameOID.LOCALITY_NAME),
        ("Province", NameOID.STATE_OR_PROVINCE_NAME),
        ("StreetAddress", NameOID.STREET_ADDRESS),
        ("PostalCode", NameOID.POSTAL_CODE),
    ):
        _listed(writer, title, named(oid))
    try:
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return
    writer.put("Subject Alternative Names:\n")
    _listed(writer, "DNS Names", names.get_values_for_type(x509.DNSName))
    _listed(writer, "Email Addresses", names.get_values_for_type(x509.RFC822Name))
    _listed(writer, "URIs", names.get_values_for_type(x509.UniformResourceIdentifier))
    _listed(writer, "IP Addresses", [str(each) for each in names.get_values_for_type(x509.IPAddress)])


def _listed(writer: Writer, title: str, values: Iterable[str]) -> None:
    if found := list(values):
        writer.put(f"\t{title}:\t" + "\n\t\t".join(found) + "\n")
