"""The APIServices of one API server: local ones made, remote ones asked whether they are there, and what they serve.

It watches APIServices in this server's own cache, and asks each remote one every half minute of cluster time, at once when one changed.
Models: k8s.io/kube-aggregator/pkg/{apiserver/handler_discovery.go,controllers/status/remote/remote_available_controller.go} v1.37
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apiserver import service_resolver
from cluster.apiserver.aggregation import front_proxy, local, passing
from cluster.apiserver.aggregation.front_proxy import Identity
from cluster.apiserver.authn.user import MASTERS, User
from cluster.apiserver.call import METHODS, Call
from cluster.apiserver.storage import WRITER
from cluster.clock import rfc3339
from cluster.wire.message import ConnectionLost, Request

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer
    from cluster.apiserver.watch_cache import Item

KIND = "APIService"
ASK_SECONDS = 30.0
ASKER = User("system:kube-aggregator", groups=(MASTERS,))

logger = logging.getLogger(__name__)


class Aggregation:
    """`remote` are the APIServices that others answer for, by (group, version)."""

    def __init__(self, server: ApiServer) -> None:
        self.server = server
        self.remote: dict[tuple[str, str], Obj] = {}
        self.identity: Identity | None = None
        self.resources: dict[tuple[str, str], list[Obj]] = {}
        """What the remote ones last said that they serve."""
        self.changed = asyncio.Event()

    def call_of(self, request: Request) -> Call | None:
        """The call of a request that another server answers, None for any other."""
        parts = request.path.split("/")
        if len(parts) < 4 or parts[1] != "apis" or (service := self.remote.get((parts[2], parts[3]))) is None:
            return None
        call = Call(request, request.path, METHODS.get(request.verb, request.verb.lower()), parts[2], parts[3])
        call.remote, rest = service, [part for part in parts[4:] if part]
        if rest[:1] == ["namespaces"] and len(rest) > 2:
            call.namespace, rest = rest[1], rest[2:]
        call.plural, call.name = (*rest, "", "")[:2]
        call.subresource = "/".join(rest[2:])
        if rest and call.verb == "get" and not call.subresource:
            call.verb = "watch" if call.asks("watch") and "watch" in call.query else "get" if call.name else "list"
        elif call.verb == "delete" and not call.name:
            call.verb = "deletecollection"
        return call

    async def run(self) -> None:
        """Follow the APIServices until cancelled."""
        cache = self.server.cache.named(KIND)
        cache.on_change = self.changed.set
        self.changed.set()
        try:
            while True:
                await self._next_turn()
                self.changed.clear()
                try:
                    await self._sync()
                except (ApiError, ConnectionLost) as error:
                    logger.debug("APIServices wait: %s", error)
        finally:
            cache.on_change = None

    async def _next_turn(self) -> None:
        if not self.remote:
            await self.changed.wait()
            return
        try:
            await self.server.clock.wait_for(self.changed.wait(), ASK_SECONDS)
        except TimeoutError:
            return

    async def _sync(self) -> None:
        server, kind = self.server, self.server.registry.kind(KIND)
        items = server.cache.of(kind).items
        wanted = {each["metadata"]["name"]: each for each in local.custom(server.registry, self._now())}
        for name, obj in wanted.items():
            if kind.key("", name) not in items:
                obj["metadata"] |= {"uid": server.clock.uid(), "creationTimestamp": self._now()}
                await server.storage.create(kind.key("", name), obj, WRITER)
        for item in list(items.values()):
            managed = meta.labels_of(item.object).get(local.AUTOMANAGED)
            if managed == local.ALWAYS and meta.name_of(item.object) not in wanted:
                await server.storage.delete(item.key, item.revision, WRITER)
        await server.cache.caught_up()
        self._take([item.object for item in items.values()])
        if self.remote and self.identity is None:
            await self._introduce()
        for item in list(items.values()):
            await self._tell(item)
        self.server.discovery.tell_remote(self.resources)

    def _take(self, objects: list[Obj]) -> None:
        """Those of others; what this server has itself, nobody else answers for."""
        own = {(kind.group, kind.version) for kind in self.server.registry.kinds}
        found = {
            (each["spec"].get("group") or "", each["spec"]["version"]): each
            for each in objects
            if each["spec"].get("service")
        }
        self.remote = {key: each for key, each in found.items() if key not in own}
        self.resources = {key: each for key, each in self.resources.items() if key in self.remote}

    async def _introduce(self) -> None:
        """Make an identity, and tell those behind whom to trust."""
        server = self.server
        self.identity = await asyncio.to_thread(front_proxy.make, server.clock.now())
        kind, obj = server.registry.kind("ConfigMap"), front_proxy.config_map(self.identity, server.config.client_ca)
        key = kind.key("kube-system", front_proxy.MAP)
        known = server.cache.of(kind).items.get(key)
        if known is not None:
            await server.storage.rewrite(key, {**known.object, "data": obj["data"]}, known.revision)
            return
        obj["metadata"] |= {"uid": server.clock.uid(), "creationTimestamp": self._now()}
        await server.storage.create(key, obj, WRITER)

    # --- who is there ----------------------------------------------------------------------------------------------

    async def _tell(self, item: Item) -> None:
        """Write whether it is available, when that changed."""
        obj = item.object
        if obj["spec"].get("service"):
            reason, message = await self._asked(obj)
            condition = {"type": "Available", "status": "True" if reason == "Passed" else "False"}
            condition |= {"reason": reason, "message": message}
        else:
            condition = dict(local.LOCAL)
        conditions = (obj.get("status") or {}).get("conditions") or []
        known: Obj = next((each for each in conditions if each.get("type") == "Available"), {})
        if all(known.get(name) == value for name, value in condition.items()):
            return
        since = known.get("lastTransitionTime") if known.get("status") == condition["status"] else None
        told = [
            *(each for each in conditions if each is not known),
            {**condition, "lastTransitionTime": since or self._now()},
        ]
        await self.server.storage.rewrite(item.key, {**obj, "status": {"conditions": told}}, item.revision)

    async def _asked(self, obj: Obj) -> tuple[str, str]:
        """(reason, message) of the condition; what it serves is remembered."""
        spec = obj["spec"]
        service, key = spec["service"], (spec.get("group") or "", spec["version"])
        place = f'{service["name"]}" in "{service["namespace"]}'
        if self.server.reader.get("Service", service["name"], service["namespace"]) is None:
            return "ServiceNotFound", f'service/{place}" is not present'.replace("/", '/"', 1)
        try:
            service_resolver.resolve(self.server.reader, service["namespace"], service["name"], int(service["port"]))
        except service_resolver.Unresolved as error:
            if "no service port" in str(error):
                return "ServicePortError", f'service/"{place}" is not listening on port {service["port"]}'
            return "MissingEndpoints", f'endpoints for service/"{place}" have no addresses ({error})'
        assert self.identity is not None
        path = f"/apis/{key[0]}/{key[1]}"
        request = Request("GET", path, headers={"accept": "application/json"})
        try:
            answer = await passing.send(self.server.reader, obj, request, ASKER, self.identity)
            if answer.status != 200:
                raise passing.Unreached(f"bad status from {path}: {answer.status}")
            self.resources[key] = list(answer.body.object.get("resources") or ())
        except (passing.Unreached, ValueError, AttributeError) as error:
            url = f"https://{service['name']}.{service['namespace']}.svc:{service['port']}{path}"
            return "FailedDiscoveryCheck", f"failing or missing response from {url}: {error}"
        return "Passed", "all checks passed"

    def _now(self) -> str:
        return rfc3339(self.server.clock.now())
