"""The table of kinds: what the API server serves, as data.

A kind is one `Kind` entry; its module under `cluster.apis.<group>` builds it and `cluster.apis.all_kinds` lists the
modules. Everything that differs between kinds (schema, defaults, validation, columns, subresources) is a field of the
entry, so that a new kind is a new entry and no new code elsewhere.

Models: pkg/registry/<group>/<kind>/strategy.go v1.37 (one entry stands for one strategy).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import schema as definitions
from cluster.apimachinery.field_type import Type
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError

if TYPE_CHECKING:
    from cluster.apimachinery.structural.schema import Structural

Default = Callable[[Obj], None]
"""Fills defaults into a decoded object, in place."""
Prepare = Callable[[Obj, Obj | None], None]
"""(new, old): reset what a client may not set, bump metadata.generation; in place on `new`. `old` is None on create."""
Validate = Callable[[Obj, Obj | None], Sequence[FieldError]]
"""(new, old): the faults of `new`; `old` is None on create, else immutability is checked too."""
Warn = Callable[[Obj, Obj | None], Sequence[str]]
"""(new, old): what the client is told in `Warning` headers; nothing is refused."""
Convert = Callable[[Obj], Obj]
"""The object in another version; the argument is left as it was, unchanged parts are shared."""
Cell = Callable[[Obj, float], Any]
"""(object, now in cluster seconds): the value of a table cell."""

VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")
STAGES = ("", "beta", "alpha")
ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


def no_defaults(obj: Obj) -> None:
    """The default of `Kind.default`: nothing to fill in."""


def no_preparation(new: Obj, old: Obj | None) -> None:
    """The default of `Kind.prepare`: nothing to reset."""


def no_faults(new: Obj, old: Obj | None) -> Sequence[FieldError]:
    """The default of `Kind.validate`: nothing to find."""
    return ()


def no_warnings(new: Obj, old: Obj | None) -> Sequence[str]:
    """The default of `Kind.warn`: nothing to tell."""
    return ()


@dataclass(frozen=True, slots=True)
class Column:
    """A printer column. `priority` 0 is always shown, 1 with `-o wide`. Models: printers/internalversion/printers.go"""

    name: str
    cell: Cell
    type: str = "string"
    format: str = ""
    description: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class ScaleFields:
    """Where a kind keeps what its `scale` door shows: paths to two numbers, and the selector as text."""

    selector: Callable[[Obj], str]
    spec_replicas: tuple[str, ...] = ("spec", "replicas")
    status_replicas: tuple[str, ...] = ("status", "replicas")


@dataclass(frozen=True, slots=True)
class Subresource:
    """A part of an object with a door of its own: `pods/status`, `deployments/scale`, `pods/binding`, `pods/log`.

    `kind`, `group`, `version` name what it reads and writes ("" = the object itself). `prepare` and `validate` replace
    the kind's for writes through this door (a status write keeps the old spec). `scale` is set for `scale` doors:
    `autoscaling.scale` reads and writes by it.
    """

    name: str
    verbs: tuple[str, ...] = ("get", "patch", "update")
    kind: str = ""
    group: str = ""
    version: str = ""
    prepare: Prepare | None = None
    validate: Validate | None = None
    scale: ScaleFields | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind as one version serves it. `schema` is the definition's name, "io.k8s.api.core.v1.Pod".

    A kind with a `storage_kind` is another kind's second face: it has the same keys in etcd and the other's form there
    (events.k8s.io/v1 Event is stored as a v1 Event). A body that comes in is decoded by this entry's `schema`, then
    turned by `to_storage`; `default`, `prepare`, `validate`, `columns` and `selectable_fields` see that stored form, as
    upstream's see the internal version; `from_storage` turns an object that is shown as itself. Both are None for a
    kind that is stored as it is served.
    """

    group: str
    version: str
    kind: str
    plural: str
    schema: str
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    columns: tuple[Column, ...] = ()
    subresources: tuple[Subresource, ...] = ()
    default: Default = no_defaults
    prepare: Prepare = no_preparation
    validate: Validate = no_faults
    defaults_status: bool = False
    """Whether `default` fills in the status too; else it is not asked when the stored spec stays."""
    selectable_fields: dict[str, Callable[[Obj], str]] = field(default_factory=dict)
    storage_group: str = ""
    """The directory of its keys when it differs from the plural: "services/specs", "events.k8s.io/events"."""
    stored: bool = True
    """False for a kind that is only ever answered, never stored (TokenReview)."""
    storage_kind: str = ""
    """The kind (as `Registry.kind` takes it) in whose form and under whose keys it is stored; "" for its own."""
    to_storage: Convert | None = None
    from_storage: Convert | None = None
    warn: Warn = no_warnings
    deprecated: str = ""
    """The warning that every request for it is answered with, "" for none."""
    singular_name: str = ""
    """The singular where it is not the kind in small letters."""
    finalizers_on_delete: tuple[str, ...] = ()
    """What keeps an object from its first deletion on."""
    structural: Structural | None = None
    """The schema of a custom kind; None for a kind of Kubernetes' own, whose `schema` names a definition."""
    api_version: str = field(init=False, repr=False, compare=False)
    built_in: str = field(init=False, repr=False, compare=False)
    """The kind's name where it is one of Kubernetes' own, else "": a custom Service is no Service."""

    def __post_init__(self) -> None:
        """What every write asks for several times is made once."""
        object.__setattr__(self, "api_version", f"{self.group}/{self.version}" if self.group else self.version)
        object.__setattr__(self, "built_in", self.kind if self.structural is None else "")

    @property
    def type(self) -> Type:
        """The type of its objects as this version has it."""
        return definitions.type_of(self.schema) if self.structural is None else self.structural.type

    @property
    def singular(self) -> str:
        return self.singular_name or self.kind.lower()

    @property
    def path_prefix(self) -> str:
        """ "/api/v1" or "/apis/<group>/<version>"."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    @property
    def resource(self) -> str:
        """The plural qualified by its group, "deployments.apps": how messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """The URL path of a collection, object or subresource, without the cluster's own prefix."""
        parts = [self.path_prefix]
        if self.namespaced and namespace:
            parts.append(f"namespaces/{namespace}")
        parts.append(self.plural)
        parts.extend(part for part in (name, subresource) if part)
        return "/".join(parts)

    def key(self, namespace: str = "", name: str = "") -> str:
        """The object's key in etcd, or the collection's prefix (ending in "/") when `name` is empty.

        Models: pkg/kubeapiserver/default_storage_factory_builder.go and each registry's storage prefix.
        """
        prefix = f"/registry/{self.storage_group or self.plural}/"
        if self.namespaced and namespace:
            prefix += f"{namespace}/"
        return prefix + name

    def subresource(self, name: str) -> Subresource | None:
        return next((entry for entry in self.subresources if entry.name == name), None)


def version_order(version: str) -> tuple[int, int, int, str]:
    """The order in which clients prefer versions: v2, v1, v1beta2, v1alpha1, others. Models: util/version.CompareKubeAware"""
    match = VERSION.fullmatch(version)
    if match is None:
        return 3, 0, 0, version
    major, stage, minor = match.groups()
    return STAGES.index(stage or ""), -int(major), -int(minor or 0), version


class Registry:
    """The kinds that one API server serves, found by group, version and plural, or by kind."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self.generation = 0
        """Grows with every change of the custom kinds."""
        self._built_in = tuple(kinds)
        self._index(self._built_in)

    def set_custom(self, kinds: Sequence[Kind]) -> None:
        """Serve these custom kinds, and no others, beside Kubernetes' own."""
        self.generation += 1
        self._index((*self._built_in, *kinds))

    def _index(self, kinds: Sequence[Kind]) -> None:
        self.kinds = tuple(kinds)
        self._by_resource = {(kind.group, kind.version, kind.plural): kind for kind in kinds}
        self._by_kind = {(kind.api_version, kind.kind): kind for kind in kinds}
        self._by_name: dict[str, Kind] = {}
        for kind in sorted(kinds, key=lambda kind: (kind.structural is not None, bool(kind.storage_kind))):
            self._by_name.setdefault(kind.kind, kind)

    def resource(self, group: str, version: str, plural: str) -> Kind | None:
        return self._by_resource.get((group, version, plural))

    def of_object(self, api_version: str, kind: str) -> Kind | None:
        return self._by_kind.get((api_version, kind))

    def kind(self, name: str) -> Kind:
        """The entry of "Pod", or of "events.k8s.io/v1/Event" where the bare kind is ambiguous. Raises KeyError.

        The bare kind means the one that is stored in its own form.
        """
        if "/" in name:
            api_version, _, bare = name.rpartition("/")
            return self._by_kind[api_version, bare]
        return self._by_name[name]

    def storages(self) -> list[Kind]:
        """The kinds that have keys of their own in etcd: stored, and not another kind's second face."""
        return [kind for kind in self.kinds if kind.stored and not kind.storage_kind]

    def groups(self) -> list[tuple[str, list[str]]]:
        """(group, versions) in the order served, the core group ("") first."""
        versions: dict[str, list[str]] = {}
        for kind in self.kinds:
            served = versions.setdefault(kind.group, [])
            if kind.version not in served:
                served.append(kind.version)
        for group in {kind.group for kind in self.kinds if kind.structural is not None}:
            versions[group].sort(key=version_order)
        return sorted(versions.items(), key=lambda item: item[0] != "")
