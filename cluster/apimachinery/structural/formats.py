"""Formats of texts: the better known are checked, others say nothing, as with an API server that does not know them.

Models: kube-openapi/pkg/validation/strfmt v1.37
"""

from __future__ import annotations

import base64
import binascii
import datetime
import ipaddress
import re
from collections.abc import Callable

from cluster.apimachinery import names
from cluster.clock import parse_rfc3339

UUID = re.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
URI = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*:\S+|/\S*)")
MAC = re.compile("([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")
DURATION = re.compile(r"[-+]?(\d+(\.\d+)?\s*(ns|us|µs|ms|s|m|h|d|w|[a-z]+))+|0")


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parse(text)
        except (ValueError, binascii.Error):
            return False
        return True

    return check


def _network(text: str) -> None:
    if "/" not in text:
        raise ValueError(text)
    ipaddress.ip_interface(text)


FORMATS: dict[str, Callable[[str], bool]] = {
    "byte": _parses(lambda text: base64.b64decode(text, validate=True)),
    "cidr": _parses(_network),
    "date": _parses(datetime.date.fromisoformat),
    "datetime": _parses(parse_rfc3339),
    "duration": lambda text: DURATION.fullmatch(text) is not None,
    "email": lambda text: EMAIL.fullmatch(text) is not None,
    "hostname": lambda text: not names.dns1123_subdomain(text.lower().rstrip(".")),
    "ipv4": _parses(ipaddress.IPv4Address),
    "ipv6": _parses(ipaddress.IPv6Address),
    "k8slongname": lambda text: not names.dns1123_subdomain(text),
    "k8sshortname": lambda text: not names.dns1123_label(text),
    "mac": lambda text: MAC.fullmatch(text) is not None,
    "uri": lambda text: URI.fullmatch(text) is not None,
    "uuid": lambda text: UUID.fullmatch(text) is not None,
}


def fits(text: str, format: str) -> bool:
    check = FORMATS.get(format.replace("-", ""))
    return check is None or check(text)
