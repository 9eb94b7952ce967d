"""Objects as they are kept: the very bytes that etcd holds, and the decoded form for as long as somebody uses it.

10,000 pods have 40,000 events that nobody looks at again: decoded they would take more room than everything else. So an
object is decoded when it is first asked for, shared by all who hold it (the informers of this process), and dropped
when it is no longer among the newest decoded and nobody else holds it; what stays shares its parts with others (docs/decisions/0010).
"""

from __future__ import annotations

import sys
from collections import deque
from typing import Any

import orjson

from cluster.apimachinery.meta import Obj
from cluster.apiserver import alike
from cluster.wire.message import Payload

NEWEST = 1024
UNSHARED = 2
"""What `sys.getrefcount` says of an object that its payload alone holds."""
METADATA = b'"metadata":{'

_newest: deque[StoredPayload] = deque()
_held: deque[StoredPayload] = deque()


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
        return b"".join(self.parts())

    def parts(self) -> tuple[bytes | memoryview, ...]:
        """What the bytes are joined from; a long list joins the parts of many, each copied once."""
        value = self.value
        at = value.find(METADATA) + len(METADATA)
        if value.find(b"{", 1, at) != at - 1:  # metadata is not among the first plain fields: somebody else wrote this
            return (orjson.dumps(self.object),)
        view = memoryview(value)
        return view[:at], b'"resourceVersion":"%d",' % self.revision, view[at:]

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
    """Keep the newest. The oldest of them is dropped, or settles when somebody holds it; of those that settled, one is
    looked at again."""
    _newest.append(payload)
    if len(_newest) <= NEWEST:
        return
    oldest = _newest.popleft()
    if not oldest.let_go():
        alike.settle(oldest.object)
        _held.append(oldest)
    if _held and not _held[0].let_go():
        _held.rotate(-1)
    elif _held:
        _held.popleft()


def decoded(value: bytes) -> Obj:
    """The object of a stored value, without its revision."""
    obj: Obj = orjson.loads(value)
    return obj


def stamped(obj: Obj, revision: int) -> Obj:
    """The object with its resourceVersion; shares everything else."""
    return {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}


def unstamped(obj: Obj) -> Obj:
    """The object as it is written: without its resourceVersion; shares everything else."""
    metadata = {name: value for name, value in obj["metadata"].items() if name != "resourceVersion"}
    return {**obj, "metadata": metadata}
