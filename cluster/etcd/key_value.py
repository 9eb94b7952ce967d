"""A key's value at a revision, and the errors of the store.

Models: api/mvccpb/kv.proto and api/v3rpc/rpctypes/error.go v3.6
"""

from __future__ import annotations

from typing import Any

COMPACTED = "etcdserver: mvcc: required revision has been compacted"
FUTURE = "etcdserver: mvcc: required revision is a future revision"
EMPTY_KEY = "etcdserver: key is not provided"
VALUE_PROVIDED = "etcdserver: value is provided"
DUPLICATE_KEY = "etcdserver: duplicate key given in txn request"
TOO_MANY_OPERATIONS = "etcdserver: too many operations in txn request"
TOO_LARGE = "etcdserver: request is too large"
LEASE_NOT_FOUND = "etcdserver: requested lease not found"
LEASE_EXISTS = "etcdserver: lease already exists"
LEASE_TTL_TOO_LARGE = "etcdserver: too large lease TTL"
STOPPED = "etcdserver: server stopped"
NOT_SUPPORTED = "etcdserver: not supported"

INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED, UNAVAILABLE = 3, 5, 9, 11, 12, 14

Author = tuple[str, str, int]
"""Who wrote: component, user, hop."""


class EtcdError(Exception):
    """A refused request; `code` is the gRPC code."""

    def __init__(self, message: str, code: int = INVALID_ARGUMENT) -> None:
        super().__init__(message)
        self.code = code


class KeyValue:
    """One key as of `mod_revision`. `value` is the very bytes that were put, shared by everybody."""

    __slots__ = ("create_revision", "hop", "key", "lease", "mod_revision", "value", "version", "writer")

    def __init__(  # a plain record: its fields are its parameters
        self,
        key: str,
        value: bytes,
        create_revision: int,
        mod_revision: int,
        version: int,
        lease: int,
        writer: Author,
    ) -> None:
        self.key = key
        self.value = value
        self.create_revision = create_revision
        self.mod_revision = mod_revision
        self.version = version
        self.lease = lease
        self.hop = writer[2]
        self.writer = writer

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "value": self.value.decode("utf-8", "replace"),
            "createRevision": self.create_revision,
            "modRevision": self.mod_revision,
            "version": self.version,
            "lease": self.lease,
        }

    def __repr__(self) -> str:
        return f"<{self.key} @ {self.mod_revision}, version {self.version}, {len(self.value)} bytes>"
