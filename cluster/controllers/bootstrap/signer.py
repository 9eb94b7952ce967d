"""The bootstrapsigner loop: signs the cluster-info that nodes read before they trust anybody.

Watches the ConfigMap kube-public/cluster-info and bootstrap tokens · writes a signature of each token into the ConfigMap.
Models: pkg/controller/bootstrap/bootstrapsigner.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.controllers.bootstrap import tokens
from cluster.controllers.loop import DONE, STALE_SECONDS, Loop, Result

PLACE = "kube-public/cluster-info"
KUBECONFIG, SIGNATURE = "kubeconfig", "jws-kubeconfig-"


class BootstrapSignerLoop(Loop):
    """Its one key is the ConfigMap's."""

    name = "bootstrapsigner"
    source = "bootstrap-signer"
    workers = 1

    def watch(self) -> None:
        self.maps = self.informers.informer("ConfigMap")
        self.secrets = self.informers.informer("Secret")
        self.maps.add_handler(self.enqueuing(lambda obj: [PLACE] if meta.key_of(obj) == PLACE else []))
        self.secrets.add_handler(self.enqueuing(lambda obj: [PLACE] if tokens.is_token(obj) else []))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 a signature of every token, none of others · 3 again when the first token ends."""
        found = self.maps.store.get(key)
        if found is None or KUBECONFIG not in (found.get("data") or {}):
            return DONE
        known = [secret for secret in self.secrets.store.values() if tokens.is_token(secret)]
        now = self.clock.now()
        data = signed(found["data"], known, now)
        try:
            if data != found["data"]:
                await self.client.update("ConfigMap", {**found, "data": data})
        except ApiError as error:
            if error.code == 409:
                return Result(STALE_SECONDS)
            if error.code != 404:
                raise
        ends = [at for at in map(tokens.expires_at, known) if now < at < float("inf")]
        return Result(min(ends) - now) if ends else DONE


def signed(data: Obj, secrets: list[Obj], now: float) -> Obj:
    """The ConfigMap's data with the signatures that hold now."""
    kept = {name: text for name, text in data.items() if not name.startswith(SIGNATURE)}
    good = (tokens.parts(secret, now) for secret in secrets)
    return kept | {f"{SIGNATURE}{each[0]}": tokens.signature(data[KUBECONFIG], *each) for each in good if each}
