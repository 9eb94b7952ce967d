"""Names: what may be one, and how the server makes one up.

Each check returns upstream's sentences, none when the name is good.
Models: apimachinery/pkg/util/validation/validation.go and apiserver/pkg/storage/names/generate.go v1.37
"""

from __future__ import annotations

import random as chance  # noqa: TID251  # for the type only; the randomness is the caller's
import re

LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"
LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
LONGEST_GENERATED = 63 - 5

_label = re.compile(LABEL)
_subdomain = re.compile(SUBDOMAIN)
_label_1035 = re.compile(LABEL_1035)
_qualified = re.compile(QUALIFIED)

LABEL_MESSAGE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    f"'{LABEL}')"
)
SUBDOMAIN_MESSAGE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_1035_MESSAGE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    f"'{LABEL_1035}')"
)
QUALIFIED_MESSAGE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
MANY_SLASHES_MESSAGE = (
    "a valid label key "
    + QUALIFIED_MESSAGE.removeprefix("name part ")
    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
)


def longer(limit: int, unit: str = "characters") -> str:
    return f"must be no more than {limit} {unit}"


def dns1123_label(text: str) -> list[str]:
    found = [longer(63)] if len(text) > 63 else []
    if _label.fullmatch(text):
        return found
    return [*found, "must not contain dots" if _subdomain.fullmatch(text) else LABEL_MESSAGE]


def dns1123_subdomain(text: str) -> list[str]:
    found = [longer(253)] if len(text) > 253 else []
    return found if _subdomain.fullmatch(text) else [*found, SUBDOMAIN_MESSAGE]


def dns1035_label(text: str) -> list[str]:
    found = [longer(63)] if len(text) > 63 else []
    return found if _label_1035.fullmatch(text) else [*found, LABEL_1035_MESSAGE]


def path_segment(text: str) -> list[str]:
    """Names of RBAC objects: anything that fits into a URL path. Models: api/validation/path/name.go"""
    if text in (".", ".."):
        return [f"may not be '{text}'"]
    return [f"may not contain '{sign}'" for sign in "/%" if sign in text]


def qualified_name(text: str) -> list[str]:
    """A label or annotation key: "name" or "prefix/name". Models: api/validate/content/kube.go IsLabelKey"""
    found: list[str] = []
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        return [MANY_SLASHES_MESSAGE]
    if slash and not prefix:
        found.append("prefix part must be non-empty")
    elif slash:
        found += [f"prefix part {message}" for message in dns1123_subdomain(prefix)]
    if not name:
        found.append("name part must be non-empty")
    elif len(name) > 63:
        found.append(f"name part {longer(63, 'bytes')}")
    return found if _qualified.fullmatch(name) else [*found, QUALIFIED_MESSAGE]


def generate(prefix: str, random: chance.Random) -> str:
    """`prefix` and five random characters, cut to fit a label."""
    return prefix[:LONGEST_GENERATED] + suffix(random)


def suffix(random: chance.Random, length: int = 5) -> str:
    return "".join(random.choices(ALPHABET, k=length))


def safe_encode(text: str) -> str:
    """Letters and digits that spell no words. Models: apimachinery/pkg/util/rand SafeEncodeString"""
    return "".join(ALPHABET[ord(sign) % len(ALPHABET)] for sign in text)


def safe_encode_hash(value: int) -> str:
    """A hash as it stands in a name: "pod-template-hash"."""
    return safe_encode(str(value))


def fnv32(data: bytes) -> int:
    """The 32-bit FNV-1 hash, as hash/fnv."""
    value = 0x811C9DC5
    for byte in data:
        value = ((value * 0x01000193) & 0xFFFFFFFF) ^ byte
    return value


def fnv32a(data: bytes) -> int:
    """The 32-bit FNV-1a hash, as hash/fnv."""
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
