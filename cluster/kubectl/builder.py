"""What a command is about: arguments, selectors and files become infos, each one resource with a namespace and a name.

`targets` only reads the command line; `infos` also fetches the objects, lists taken apart.

Models: cli-runtime/pkg/resource/{builder,visitor,selector}.go v1.37
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl import manifests
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource, Resources

CHUNK = "500"
SLASHES = (
    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form "
    "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
)
MISSING = """You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""


@dataclass(slots=True)
class Info:
    """One object, or with an empty name a whole collection. `source` is the file that named it."""

    resource: Resource
    namespace: str
    name: str
    obj: dict[str, Any] = field(default_factory=dict)
    source: str = ""

    @property
    def printed(self) -> str:
        return f"{self.resource.printed_kind}/{self.name}"

    def path(self, subresource: str = "") -> str:
        return self.resource.path(self.namespace, self.name, subresource)

    @property
    def collection(self) -> str:
        return self.resource.path(self.namespace)


@dataclass(slots=True)
class Query:
    """What the command line asks for. `every` lets a bare type mean all objects of it; `selector` None is none given."""

    arguments: list[str]
    filenames: tuple[str, ...] = ()
    recursive: bool = False
    selector: str | None = None
    field_selector: str | None = None
    all_namespaces: bool = False
    every: bool = False
    one_type: bool = False
    subresource: str = ""

    @property
    def selects(self) -> dict[str, str]:
        found = {"labelSelector": self.selector or "", "fieldSelector": self.field_selector or ""}
        return {name: value for name, value in found.items() if value}


@dataclass(slots=True)
class Targets:
    """`single` when the command line names exactly one object."""

    infos: list[Info]
    query: Query
    single: bool = False
    errors: list[Exception] = field(default_factory=list)


async def targets(invocation: Invocation, query: Query) -> Targets:
    """Raises CommandError when the command line makes no sense or a type is unknown."""
    if query.filenames:
        return await _from_files(invocation, query)
    arguments = _normalised(query.arguments)
    slashes = sum("/" in argument for argument in arguments)
    if slashes and slashes != len(arguments):
        raise CommandError(SLASHES)
    selecting = query.selector is not None or query.field_selector is not None
    if not arguments:
        raise CommandError("at least one resource must be specified to use a selector" if selecting else MISSING)
    if slashes:
        return await _by_tuples(invocation, query, arguments, selecting)
    types, names = arguments[0], arguments[1:]
    if names and selecting:
        raise CommandError("name cannot be provided when a selector is specified")
    chosen = await _types(invocation, types, query.one_type)
    if names:
        if len(chosen) > 1:
            raise CommandError("you must specify only one resource")
        infos = [Info(chosen[0], _namespace(invocation, query, chosen[0], by_name=True), name) for name in names]
        return Targets(infos, query, single=len(names) == 1)
    if not selecting and not query.every:
        raise CommandError("resource(s) were provided, but no name was specified")
    if query.subresource:
        raise CommandError("subresource cannot be used when bulk resources are specified")
    return Targets([Info(each, _namespace(invocation, query, each, by_name=False), "") for each in chosen], query)


async def infos(invocation: Invocation, query: Query) -> Targets:
    """The targets with their objects from the server; what cannot be had is in `errors`, the rest is kept."""
    found = await targets(invocation, query)
    fetched: list[Info] = []
    for info in found.infos:
        try:
            fetched += await fetch(invocation, info, query)
        except ApiError as error:
            found.errors.append(refused_list(error, info, query))
    found.infos = fetched
    return found


def refused_list(error: ApiError, info: Info, query: Query) -> ApiError:
    """A refused list, told with its selectors. Models: cli-runtime/pkg/resource/selector.go EnhanceListError"""
    if info.name or error.reason != "BadRequest":
        return error
    resource = info.resource
    version = f"{resource.group}/{resource.version}" if resource.group else f"/{resource.version}"
    message = (
        f'Unable to find "{version}, Resource={resource.plural}" that match label selector "{query.selector or ""}", '
        f'field selector "{query.field_selector or ""}": {error.message}'
    )
    return ApiError({**error.status, "message": message})


async def fetch(invocation: Invocation, info: Info, query: Query) -> list[Info]:
    """An info with its object; a collection as one info for each object."""
    if info.name:
        info.obj = await invocation.object("GET", info.path(query.subresource))
        return [info]
    answer = await invocation.object("GET", info.collection, query={**query.selects, "limit": CHUNK})
    items = list(answer.get("items") or ())
    while token := (answer.get("metadata") or {}).get("continue"):
        more = {**query.selects, "limit": CHUNK, "continue": token}
        answer = await invocation.object("GET", info.collection, query=more)
        items += answer.get("items") or ()
    return [_item(info.resource, item) for item in items]


def _item(resource: Resource, item: dict[str, Any]) -> Info:
    item = {"apiVersion": resource.api_version, "kind": resource.kind, **item}
    metadata = item["metadata"]
    return Info(resource, metadata.get("namespace", ""), metadata["name"], item)


# --- the command line ------------------------------------------------------------------------------------------------


def _normalised(arguments: list[str]) -> list[str]:
    """ "a,b c" means "a/c b/c"."""
    if len(arguments) >= 2 and len(kinds := arguments[0].split(",")) > 1 and "/" not in arguments[0]:
        return [f"{kind}/{name}" for kind in kinds for name in arguments[1:]]
    return arguments


async def _by_tuples(invocation: Invocation, query: Query, arguments: list[str], selecting: bool) -> Targets:
    pairs = [_pair(argument) for argument in arguments]
    if selecting:
        raise CommandError("selectors and the all flag cannot be used when passing resource/name arguments")
    chosen = [(await mapping(invocation, kind), name) for kind, name in pairs]
    if query.one_type and len({resource for resource, _ in chosen}) > 1:
        raise CommandError("you may only specify a single resource type")
    found = [Info(each, _namespace(invocation, query, each, by_name=True), name) for each, name in chosen]
    return Targets(found, query, single=len(found) == 1)


def _pair(argument: str) -> tuple[str, str]:
    parts = argument.split("/")
    if len(parts) != 2:
        raise CommandError("arguments in resource/name form may not have more than one slash")
    if not parts[0] or not parts[1] or "," in parts[0]:
        raise CommandError("arguments in resource/name form must have a single resource and name")
    return parts[0], parts[1]


async def mapping(invocation: Invocation, kind: str) -> Resource:
    """The resource of a name; discovery is asked anew before a name counts as unknown."""
    resources = await invocation.resources()
    if resources.find(kind) is None:
        resources = await invocation.resources(anew=True)
    return resources.named(kind)


async def _types(invocation: Invocation, text: str, one_type: bool) -> list[Resource]:
    resources = await invocation.resources()
    names: list[str] = []
    for part in text.split(","):
        members = resources.in_category(part)
        names += [each.qualified for each in members] or [part]
    if one_type and len(names) > 1:
        raise CommandError("you may only specify a single resource type")
    return list(dict.fromkeys([await mapping(invocation, name) for name in names]))


def _namespace(invocation: Invocation, query: Query, resource: Resource, *, by_name: bool) -> str:
    if not resource.namespaced:
        return ""
    if query.all_namespaces:
        if by_name:
            raise CommandError("a resource cannot be retrieved by name across all namespaces")
        return ""
    return invocation.namespace


# --- files -----------------------------------------------------------------------------------------------------------


async def _from_files(invocation: Invocation, query: Query) -> Targets:
    if query.arguments:
        raise CommandError(
            "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
        )
    resources = await invocation.resources()
    found = Targets([], query)
    for document in manifests.read(invocation, query.filenames, recursive=query.recursive):
        try:
            if isinstance(document, Exception):
                raise document
            found.infos.append(_of_document(invocation, resources, document))
        except CommandError as error:
            found.errors.append(error)
    only = query.filenames[0] if len(query.filenames) == 1 else "-"
    found.single = only != "-" and invocation.session.files.listing(only) is None and len(found.infos) == 1
    return found


def _of_document(invocation: Invocation, resources: Resources, document: manifests.Document) -> Info:
    obj = document.obj
    resource = resources.of_object(obj["apiVersion"], obj["kind"])
    metadata = obj.get("metadata") or {}
    if resource is None:
        raise CommandError(_no_match(document))
    namespace = metadata.get("namespace") or ""
    if resource.namespaced:
        if invocation.access.namespace_given and namespace not in ("", invocation.namespace):
            raise CommandError(
                f'the namespace from the provided object "{namespace}" does not match the namespace '
                f"\"{invocation.namespace}\". You must pass '--namespace={namespace}' to perform this operation."
            )
        namespace = namespace or invocation.namespace
        obj = {**obj, "metadata": {**metadata, "namespace": namespace}}
    return Info(resource, namespace if resource.namespaced else "", metadata.get("name") or "", obj, document.source)


def _no_match(document: manifests.Document) -> str:
    obj = document.obj
    name = (obj.get("metadata") or {}).get("name") or ""
    namespace = (obj.get("metadata") or {}).get("namespace") or ""
    return (
        f'resource mapping not found for name: "{name}" namespace: "{namespace}" from "{document.source}": no matches '
        f'for kind "{obj["kind"]}" in version "{obj["apiVersion"]}"\nensure CRDs are installed first'
    )
