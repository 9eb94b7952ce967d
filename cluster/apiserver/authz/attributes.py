"""What is asked of the authorizer. Models: apiserver/pkg/authorization/authorizer/interfaces.go v1.37"""

from __future__ import annotations

from typing import NamedTuple


class Attributes(NamedTuple):
    """`path` is set for what is no resource."""

    verb: str
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""
