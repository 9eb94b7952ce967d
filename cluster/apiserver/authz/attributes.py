"""What is asked of the authorizer. Models: apiserver/pkg/authorization/authorizer/interfaces.go v1.37"""

from __future__ import annotations

from typing import NamedTuple


class Attributes(NamedTuple):
    """`path` is set for what is no resource. `name` is also that of a list narrowed to one name.

    `node` is the node that a list of pods is narrowed to; asked of the node authorizer only.
    """

    verb: str
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""
    node: str = ""
