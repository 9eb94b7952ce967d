"""What an admission plugin is asked. Models: apiserver/pkg/admission/interfaces.go Attributes v1.37"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.apimachinery import schema
from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind
from cluster.apiserver.admission.reinvocation import Reinvocation
from cluster.apiserver.authn.user import User

CREATE, UPDATE, DELETE, CONNECT = "CREATE", "UPDATE", "DELETE", "CONNECT"


@dataclass(slots=True)
class AdmissionRequest:
    """`obj` may be changed in place by mutating plugins: it is the API server's own copy. `old_obj` is shared."""

    operation: str
    kind: Kind
    subresource: str
    namespace: str
    name: str
    obj: Obj
    old_obj: Obj | None
    user: User
    dry_run: bool = False
    warnings: list[str] = field(default_factory=list)
    """What the client is told besides; the call's own."""
    reinvocation: Reinvocation | None = None
    """Made by the first that may be asked again."""
    annotations: dict[str, str] = field(default_factory=dict)
    """What plugins tell the audit log."""

    def replace(self, changed: Obj) -> None:
        """Go on with what somebody made of the object: read as a body is, and defaulted. TypeMismatch."""
        if self.kind.structural is not None:
            read: Obj = self.kind.structural.decode(changed, [])
        else:
            read = schema.decode(changed, self.kind.type, [])
        self.kind.default(read)
        self.obj.clear()
        self.obj |= read

    def reinvoked(self) -> Reinvocation:
        if self.reinvocation is None:
            self.reinvocation = Reinvocation()
        return self.reinvocation
