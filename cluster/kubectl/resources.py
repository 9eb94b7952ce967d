"""Which resources the server offers, by every name a person may use; learned from discovery.

Models: client-go/restmapper/{discovery,shortcut}.go, cli-runtime/pkg/resource/builder.go mappingFor v1.37
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from cluster.kubectl.errors import CommandError
from cluster.wire.message import Response

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"

Ask = Callable[[str, str, dict[str, str]], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of one group and version. `doors` are its subresources."""

    group: str
    version: str
    plural: str
    singular: str
    kind: str
    namespaced: bool
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    doors: frozenset[str] = frozenset()

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """ "deployments.apps", or the bare plural in the core group."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def printed_kind(self) -> str:
        """How kubectl names the kind before a slash: "deployment.apps", "pod"."""
        return f"{self.kind.lower()}.{self.group}" if self.group else self.kind.lower()

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        parts = [f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"]
        if self.namespaced and namespace:
            parts.append(f"namespaces/{namespace}")
        parts.append(self.plural)
        return "/".join([*parts, *(part for part in (name, subresource) if part)])

    def answers_to(self, name: str) -> bool:
        return name in (self.plural, self.singular) or name in self.short_names or name == self.kind.lower()


@dataclass(slots=True)
class Resources:
    """The server's resources in its own order, the core group first."""

    known: list[Resource] = field(default_factory=list)

    async def load(self, ask: Ask) -> None:
        for path in ("/api", "/apis"):
            answer = await ask("GET", path, {"accept": AGGREGATED})
            for group in answer.body.object.get("items") or ():
                self.known.extend(_of_group(group))

    def find(self, name: str) -> Resource | None:
        """The resource a person means by "po", "pods", "deployments.apps", "deployments.v1.apps"; None when unknown."""
        wanted, _, rest = name.lower().partition(".")
        for resource in self.known:
            if resource.answers_to(wanted) and rest in ("", resource.group, f"{resource.version}.{resource.group}"):
                return resource
        return None

    def named(self, name: str) -> Resource:
        """As `find`. Raises CommandError, worded as kubectl does."""
        found = self.find(name)
        if found is None:
            raise CommandError(unknown(name))
        return found

    def of_object(self, api_version: str, kind: str) -> Resource | None:
        return next((each for each in self.known if (each.api_version, each.kind) == (api_version, kind)), None)

    def in_category(self, category: str) -> list[Resource]:
        return [resource for resource in self.known if category in resource.categories]


def unknown(name: str) -> str:
    """The refusal of a resource type that the server does not have."""
    resource, _, group = name.partition(".")
    return f'the server doesn\'t have a resource type "{resource}"' + (f' in group "{group}"' if group else "")


def _of_group(group: dict[str, Any]) -> list[Resource]:
    name = (group.get("metadata") or {}).get("name") or ""
    return [
        _resource(name, version["version"], entry)
        for version in group.get("versions") or ()
        for entry in version.get("resources") or ()
    ]


def _resource(group: str, version: str, entry: dict[str, Any]) -> Resource:
    return Resource(
        group=group,
        version=version,
        plural=entry["resource"],
        singular=entry.get("singularResource") or "",
        kind=entry["responseKind"]["kind"],
        namespaced=entry["scope"] == "Namespaced",
        short_names=tuple(entry.get("shortNames") or ()),
        categories=tuple(entry.get("categories") or ()),
        verbs=tuple(entry.get("verbs") or ()),
        doors=frozenset(each["subresource"] for each in entry.get("subresources") or ()),
    )
