"""A key's value at a revision, and the errors of the store.

Models: api/mvccpb/kv.proto and api/v3rpc/rpctypes/error.go v3.6
"""

from __future__ import annotations

from typing import Any

COMPACTED = "etcdserver: mvcc: required revision has been compacted"
FUTURE = "etcdserver: mvcc: required revision is a future revision"
EMPTY_KEY = "etcdserver: key is not provided"
LEASE_NOT_FOUND = "etcdserver: requested lease not found"
LEASE_EXISTS = "etcdserver: lease already exists"
NOT_SUPPORTED = "etcdserver: not supported"


class EtcdError(Exception):
    """A refused request; `code` is the gRPC code (3 invalid argument, 5 not found, 11 out of range, 12 unimplemented)."""

    def __init__(self, message: str, code: int = 3) -> None:
        super().__init__(message)
        self.code = code


class KeyValue:
    """One key as of `mod_revision`. `value` is the very bytes that were put, shared by everybody."""

    __slots__ = ("create_revision", "hop", "key", "lease", "mod_revision", "value", "version")

    def __init__(
        self, key: str, value: bytes, create_revision: int, mod_revision: int, version: int, lease: int, hop: int
    ) -> None:  # a plain record: its fields are its parameters
        self.key = key
        self.value = value
        self.create_revision = create_revision
        self.mod_revision = mod_revision
        self.version = version
        self.lease = lease
        self.hop = hop

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "value": self.value.decode("utf-8", "replace"),
            "createRevision": self.create_revision,
            "modRevision": self.mod_revision,
            "version": self.version,
            "lease": self.lease,
        }
