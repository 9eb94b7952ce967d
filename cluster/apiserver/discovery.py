"""Discovery: which groups, versions and resources are served. Models: apiserver/pkg/endpoints/discovery v1.37"""

from __future__ import annotations

import base64
import hashlib
import platform
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind, Registry
from cluster.apiserver.config import Config
from cluster.wire.message import Payload, Response

AGGREGATED = "as=APIGroupDiscoveryList"
AGGREGATED_TYPE = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


class Discovery:
    """Answers made once and kept as bytes."""

    def __init__(self, registry: Registry, config: Config) -> None:
        self.registry = registry
        self._bodies: dict[str, Payload] = {}
        self._generation = registry.generation
        minor = config.git_version.removeprefix("v").split(".")
        self._plain: dict[str, Any] = {
            "/version": {
                "major": minor[0],
                "minor": minor[1],
                "emulationMajor": minor[0],
                "emulationMinor": minor[1],
                "gitVersion": config.git_version,
                "gitCommit": "kubelearn",
                "gitTreeState": "clean",
                "buildDate": "2026-11-01T00:00:00Z",
                "goVersion": f"python{platform.python_version()}",
                "compiler": "cpython",
                "platform": "linux/amd64",
            },
            "/api": {
                "kind": "APIVersions",
                "versions": ["v1"],
                "serverAddressByClientCIDRs": [
                    {"clientCIDR": "0.0.0.0/0", "serverAddress": f"{config.address}:{config.port}"}
                ],
            },
        }
        self._remote: dict[tuple[str, str], list[Obj]] = {}
        self._tell_groups()

    def tell_remote(self, resources: dict[tuple[str, str], list[Obj]]) -> None:
        """What other servers serve behind this one, by (group, version)."""
        if resources != self._remote:
            self._remote = dict(resources)
            self._bodies.clear()
            self._tell_groups()

    def _groups(self) -> list[tuple[str, list[str]]]:
        """The groups of this server and of others, with their versions."""
        found = {group: list(versions) for group, versions in self.registry.groups()}
        for group, version in self._remote:
            found.setdefault(group, []).append(version)
        return list(found.items())

    def _tell_groups(self) -> None:
        """Make what names every group."""
        groups = [_group(each) for each in self._groups() if each[0]]
        self._plain["/apis"] = {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
        self._plain["/"] = {"paths": self._paths()}

    def answer(self, path: str, accept: str) -> Response | None:
        """The response for a discovery path, None for any other path."""
        if self._generation != self.registry.generation:
            self._generation = self.registry.generation
            self._bodies.clear()
            self._tell_groups()
        if path in ("/api", "/apis") and AGGREGATED in accept:
            return Response(
                200, self._body(f"{path} aggregated", lambda: self._aggregated(path)), {"content-type": AGGREGATED_TYPE}
            )
        if path in self._plain:
            return Response(200, self._body(path, lambda: self._plain[path]), {"content-type": "application/json"})
        parts = path.strip("/").split("/")
        if parts[0] == "api" and len(parts) == 2:
            found = self._resources("", parts[1])
        elif parts[0] == "apis" and len(parts) == 3:
            found = self._resources(parts[1], parts[2])
        elif parts[0] == "apis" and len(parts) == 2:
            group = next((each for each in self._groups() if each[0] == parts[1]), None)
            found = {"kind": "APIGroup", "apiVersion": "v1", **_group(group)} if group else None
        else:
            found = None
        return Response(200, Payload(object=found), {"content-type": "application/json"}) if found else None

    def _body(self, key: str, make: Any) -> Payload:
        if key not in self._bodies:
            self._bodies[key] = Payload(object=make())
        return self._bodies[key]

    def _paths(self) -> list[str]:
        paths = [
            "/.well-known/openid-configuration",
            "/api",
            "/api/v1",
            "/apis",
            "/apis/",
            "/healthz",
            "/livez",
            "/metrics",
            "/metrics/slis",
            "/openapi/v2",
            "/openapi/v3",
            "/openapi/v3/",
            "/openid/v1/jwks",
            "/readyz",
            "/version",
        ]
        for group, versions in self._groups():
            if group:
                paths += [f"/apis/{group}", *(f"/apis/{group}/{version}" for version in versions)]
        return sorted(paths)

    def _resources(self, group: str, version: str) -> Obj | None:
        kinds = [kind for kind in self.registry.kinds if (kind.group, kind.version) == (group, version)]
        if not kinds:
            return None
        resources = []
        for kind in sorted(kinds, key=lambda kind: kind.plural):
            resources.append(_resource(kind))
            resources += [_subresource(kind, door) for door in kind.subresources]
        group_version = f"{group}/{version}" if group else version
        return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources}

    def _aggregated(self, path: str) -> Obj:
        items = []
        for group, versions in self._groups():
            if bool(group) != (path == "/apis"):
                continue
            served = [
                {
                    "version": version,
                    "resources": self._aggregated_resources(group, version),
                    "freshness": "Current",
                }
                for version in versions
            ]
            metadata: Obj = {"creationTimestamp": None}
            if group:
                metadata = {"name": group, "creationTimestamp": None}
            items.append({"metadata": metadata, "versions": served})
        return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}

    def _aggregated_resources(self, group: str, version: str) -> list[Obj]:
        if (group, version) in self._remote:
            return _of_another(self._remote[group, version], group, version)
        kinds = [kind for kind in self.registry.kinds if (kind.group, kind.version) == (group, version)]
        return [_aggregated_resource(kind) for kind in sorted(kinds, key=lambda kind: kind.plural)]


def _of_another(resources: list[Obj], group: str, version: str) -> list[Obj]:
    """An APIResourceList's resources in the aggregated form."""
    found: dict[str, Obj] = {}
    for each in sorted(resources, key=lambda each: str(each["name"])):
        name, _, part = each["name"].partition("/")
        kind = {"group": each.get("group") or group, "version": each.get("version") or version, "kind": each["kind"]}
        verbs = sorted(each.get("verbs") or ())
        if part and name in found:
            door = {"subresource": part, "responseKind": kind, "verbs": verbs}
            found[name].setdefault("subresources", []).append(door)
        elif not part:
            found[name] = {
                "resource": name,
                "responseKind": kind,
                "scope": "Namespaced" if each.get("namespaced") else "Cluster",
                "singularResource": each.get("singularName") or "",
                "verbs": verbs,
                **{field: each[field] for field in ("shortNames", "categories") if each.get(field)},
            }
    return list(found.values())


def _group(entry: tuple[str, list[str]]) -> Obj:
    group, versions = entry
    found = [{"groupVersion": f"{group}/{version}", "version": version} for version in versions]
    return {"name": group, "versions": found, "preferredVersion": found[0]}


def _resource(kind: Kind) -> Obj:
    found: Obj = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": sorted(kind.verbs),
    }
    if kind.short_names:
        found["shortNames"] = list(kind.short_names)
    if kind.categories:
        found["categories"] = list(kind.categories)
    if kind.stored:
        found["storageVersionHash"] = storage_version_hash(kind)
    return found


def storage_version_hash(kind: Kind) -> str:
    """Models: apiserver/pkg/endpoints/discovery/storageversionhash.go"""
    api_version, _, stored = (kind.storage_kind or kind.kind).rpartition("/")
    if not api_version:
        api_version = "v1" if kind.storage_kind else kind.api_version
    group, _, version = api_version.rpartition("/")
    text = f"{group}/{version}/{stored}"
    return base64.b64encode(hashlib.sha256(text.encode()).digest()[:8]).decode()


def _subresource(kind: Kind, door: Any) -> Obj:
    found: Obj = {
        "name": f"{kind.plural}/{door.name}",
        "singularName": "",
        "namespaced": kind.namespaced,
        "kind": door.kind or kind.kind,
        "verbs": sorted(door.verbs),
    }
    if door.kind:
        if door.group:
            found["group"] = door.group
        found["version"] = door.version
    return found


def _aggregated_resource(kind: Kind) -> Obj:
    found: Obj = {
        "resource": kind.plural,
        "responseKind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": sorted(kind.verbs),
    }
    if kind.short_names:
        found["shortNames"] = list(kind.short_names)
    if kind.categories:
        found["categories"] = list(kind.categories)
    if kind.subresources:
        found["subresources"] = [
            {
                "subresource": door.name,
                "responseKind": {
                    "group": door.group if door.kind else kind.group,
                    "version": door.version or kind.version,
                    "kind": door.kind or kind.kind,
                },
                "verbs": sorted(door.verbs),
            }
            for door in kind.subresources
        ]
    return found
