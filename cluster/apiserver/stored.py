"""Objects as they are kept: the very bytes that etcd holds, and the decoded form for as long as somebody uses it.

10,000 pods have 40,000 events that nobody looks at again: decoded they would take more room than everything else. So an
object is decoded when it is first asked for, shared by all who hold it (the informers of this process), and dropped
when it is no longer among the newest decoded and nobody else holds it (docs/decisions/0010).
"""

from __future__ import annotations

import sys
from collections import deque
from typing import Any

import orjson

from cluster.apimachinery.meta import Obj
from cluster.apiserver import managed_fields
from cluster.wire.message import Payload

NEWEST = 1024
LOOKED_AT = 2
UNSHARED = 2
"""What `sys.getrefcount` says of an object that its payload alone holds."""
METADATA = b'"metadata":{'

_decoded: deque[StoredPayload] = deque()


class StoredPayload(Payload):
    """A stored object of one revision; the revision is put in on reading."""

    __slots__ = ("revision", "value")

    def __init__(self, value: bytes, revision: int, obj: Obj | None = None) -> None:
        super().__init__(object=obj)
        self.value = value
        self.revision = revision
        if obj is not None:
            _remember(self)

    @property
    def object(self) -> Any:
        """The decoded object, shared and read-only."""
        if self._object is None:
            obj = decoded(self.value)
            obj["metadata"]["resourceVersion"] = str(self.revision)
            self._object = obj
            _remember(self)
        return self._object

    @property
    def raw(self) -> bytes:
        value = self.value
        at = value.find(METADATA) + len(METADATA)
        if value.find(b"{", 1, at) != at - 1:  # metadata is not among the first plain fields: somebody else wrote this
            return orjson.dumps(self.object)
        return b'%b"resourceVersion":"%d",%b' % (value[:at], self.revision, value[at:])

    def __bool__(self) -> bool:
        return True

    @property
    def is_decoded(self) -> bool:
        return self._object is not None

    def let_go(self) -> bool:
        """Drop the decoded form unless somebody else holds it; was it dropped?"""
        if sys.getrefcount(self._object) > UNSHARED:
            return False
        self._object = None
        return True


def _remember(payload: StoredPayload) -> None:
    """Keep the newest; of the oldest, look at two and drop those that only we hold."""
    _decoded.append(payload)
    for _ in range(min(LOOKED_AT, len(_decoded) - NEWEST)):
        oldest = _decoded.popleft()
        if not oldest.let_go():
            _decoded.append(oldest)


def decoded(value: bytes) -> Obj:
    """The object of a stored value, without its revision."""
    obj: Obj = orjson.loads(value)
    if entries := obj["metadata"].get("managedFields"):
        obj["metadata"]["managedFields"] = managed_fields.shared(entries)
    return obj


def stamped(obj: Obj, revision: int) -> Obj:
    """The object with its resourceVersion; shares everything else."""
    return {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
