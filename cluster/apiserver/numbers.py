"""Numbers in queries and metadata, read as Go's strconv reads them: ASCII digits, within 64 bits."""

from __future__ import annotations

from cluster.apimachinery import status

LONGEST = 20
HIGHEST, HIGHEST_UNSIGNED = 2**63 - 1, 2**64 - 1


def integer(text: str) -> int:
    """A signed number. ApiError 400."""
    digits = text[1:] if text[:1] in ("-", "+") else text
    if not (digits.isascii() and digits.isdigit()):
        raise status.bad_request(f'strconv.ParseInt: parsing "{text[:64]}": invalid syntax')
    if len(digits) > LONGEST or not -HIGHEST - 1 <= int(text) <= HIGHEST:
        raise status.bad_request(f'strconv.ParseInt: parsing "{text[:64]}": value out of range')
    return int(text)


def resource_version(text: str) -> int:
    """A resource version, 0 for none. ApiError 400. Models: apiserver/pkg/storage/versioner.go ParseResourceVersion"""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST or int(text) > HIGHEST_UNSIGNED:
        raise status.bad_request(
            f'resourceVersion: Invalid value: "{text[:64]}": strconv.ParseUint: parsing "{text[:64]}": invalid syntax'
        )
    return int(text)
