"""The tokencleaner loop: bootstrap tokens go when they expire.

Watches Secrets of type bootstrap.kubernetes.io/token in kube-system · deletes them.
Models: pkg/controller/bootstrap/tokencleaner.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.status import ApiError
from cluster.controllers.bootstrap import tokens
from cluster.controllers.loop import DONE, Loop, Result


class TokenCleanerLoop(Loop):
    """Deletes each at its time."""

    name = "tokencleaner"
    source = "token-cleaner"
    workers = 1

    def watch(self) -> None:
        self.secrets = self.informers.informer("Secret")
        self.secrets.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)] if tokens.is_token(obj) else []))

    async def reconcile(self, key: str) -> Result:
        secret = self.secrets.store.get(key)
        if secret is None:
            return DONE
        left = tokens.expires_at(secret) - self.clock.now()
        if left > 0:
            return Result(left) if left < float("inf") else DONE
        options = {"preconditions": {"uid": meta.uid_of(secret)}}
        try:
            await self.client.delete("Secret", meta.name_of(secret), meta.namespace_of(secret), options)
        except ApiError as error:
            if error.code not in (404, 409):
                raise
        return DONE
