"""IP addresses and ranges of them. Models: k8s.io/apiserver/pkg/cel/library/{ip,cidr}.go v1.37"""

from __future__ import annotations

import ipaddress
from typing import Any

from cluster.apimachinery.cel_library.function import Function, functions, methods

Held = dict[str, Any]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _address(text: str) -> Address:
    try:
        found = ipaddress.ip_address(text)
    except ValueError as error:
        raise ValueError(f"IP Address {text!r} parse error during conversion from string: {error}") from error
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id is not None:
            raise ValueError(f"IP address {text!r} with zone value is not allowed")
        if found.ipv4_mapped is not None:
            raise ValueError(f"IPv4-mapped IPv6 address {text!r} is not allowed")
    return found


def _network(text: str) -> tuple[Address, Network]:
    """(the address as it stands, the range)."""
    address, slash, bits = text.partition("/")
    try:
        if not slash or not bits.isdigit() or bits != str(int(bits)):
            raise ValueError("no '/' and number of bits")
        return _address(address), ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError(f"network address parse error during conversion from string: {error}") from error


def _is_address(text: str) -> bool:
    try:
        _address(text)
    except ValueError:
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        _network(text)
    except ValueError:
        return False
    return True


def _of(held: Held | str) -> Address:
    return _address(held if isinstance(held, str) else held["ip"])


def _range(held: Held | str) -> tuple[Address, Network]:
    return _network(held if isinstance(held, str) else held["cidr"])


def _holds(held: Held, address: Held | str) -> bool:
    return _of(address) in _range(held)[1]


def _holds_range(held: Held, other: Held | str) -> bool:
    outer, inner = _range(held)[1], _range(other)[1]
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # of one version


def _is_global(held: Held) -> bool:
    """As Go means it: whatever is not said to be something else; private ranges too."""
    found = _of(held)
    others = found.is_unspecified, found.is_loopback, found.is_multicast, found.is_link_local
    return not any(others) and str(found) != "255.255.255.255"


def _is_link_local_multicast(held: Held) -> bool:
    found = _of(held)
    network = ipaddress.ip_network("224.0.0.0/24" if found.version == 4 else "ff02::/16")
    return found in network


FUNCTIONS = (
    *functions("MAP", "STRING", ip=lambda text: {"ip": str(_address(text))}),
    *functions("MAP", "STRING", cidr=lambda text: {"cidr": "{}/{}".format(*_shown(text))}),
    *functions("BOOL", "STRING", isIP=_is_address, isCIDR=_is_network),
    *functions("BOOL", "STRING", ip__isCanonical=lambda text: str(_address(text)) == text),
    *methods("INT", "MAP", family=lambda held: _of(held).version, prefixLength=lambda held: _range(held)[1].prefixlen),
    *methods(
        "BOOL",
        "MAP",
        isUnspecified=lambda held: _of(held).is_unspecified,
        isLoopback=lambda held: _of(held).is_loopback,
        isLinkLocalUnicast=lambda held: _of(held).is_link_local,
        isLinkLocalMulticast=_is_link_local_multicast,
        isGlobalUnicast=_is_global,
    ),
    Function("containsIP", _holds, "BOOL", (("MAP", "MAP"), ("MAP", "STRING"))),
    Function("containsCIDR", _holds_range, "BOOL", (("MAP", "MAP"), ("MAP", "STRING"))),
    *methods(
        "MAP",
        "MAP",
        ip=lambda held: {"ip": str(_range(held)[0])},
        masked=lambda held: {"cidr": str(_range(held)[1])},
    ),
)


def _shown(text: str) -> tuple[Address, int]:
    address, network = _network(text)
    return address, network.prefixlen
