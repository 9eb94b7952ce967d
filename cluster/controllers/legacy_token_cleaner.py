"""The legacy-serviceaccount-token-cleaner loop: tokens that were made by themselves, and that nobody used for a year.

Watches Secrets, ServiceAccounts and Pods · first labels such a Secret invalid, a year later deletes it · once a day.
Models: pkg/controller/serviceaccount/legacy_serviceaccount_token_cleaner.go v1.37
Simplified: the API server notes no use of such a token: one without the label of its last use counts from its creation.
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.core.secret import ACCOUNT_NAME, ACCOUNT_TOKEN
from cluster.client.rest import MERGE_PATCH
from cluster.clock import parse_rfc3339, rfc3339
from cluster.controllers.loop import Loop, Result

LAST_USED, INVALID_SINCE = "kubernetes.io/legacy-token-last-used", "kubernetes.io/legacy-token-invalid-since"
PERIOD_SECONDS, EVERY_SECONDS = 365 * 86400.0, 86400.0
SWEEP = "sweep"


class LegacyTokenCleanerLoop(Loop):
    """Sweeps. Its one key is "sweep"."""

    name = "legacy-serviceaccount-token-cleaner"
    source = "legacy-service-account-token-cleaner"
    workers = 1

    def watch(self) -> None:
        self.secrets = self.informers.informer("Secret")
        self.accounts = self.informers.informer("ServiceAccount")
        self.pods = self.informers.informer("Pod")
        self.queue.add(SWEEP)

    async def reconcile(self, key: str) -> Result:
        """1 those made by themselves and mounted nowhere · 2 unused for long: invalid · 3 invalid for long: deleted."""
        mounted: set[tuple[str, str]] | None = None
        for secret in [each for each in self.secrets.store.values() if self._made_by_itself(each)]:
            if mounted is None:
                mounted = {place for pod in self.pods.store.values() for place in _mounts(pod)}
            if (meta.namespace_of(secret), meta.name_of(secret)) not in mounted:
                await self._clean(secret)
        return Result(EVERY_SECONDS)

    def _made_by_itself(self, secret: Obj) -> bool:
        """Does its account list it? Those that a person made are not listed."""
        name = meta.annotations_of(secret).get(ACCOUNT_NAME)
        if secret.get("type") != ACCOUNT_TOKEN or not name:
            return False
        account = self.accounts.get(name, meta.namespace_of(secret)) or {}
        return any(each.get("name") == meta.name_of(secret) for each in account.get("secrets") or ())

    async def _clean(self, secret: Obj) -> None:
        now, labels = self.clock.now(), meta.labels_of(secret)
        used = _day(labels.get(LAST_USED)) or parse_rfc3339(secret["metadata"]["creationTimestamp"])
        if now - used < PERIOD_SECONDS:
            return
        name, namespace = meta.name_of(secret), meta.namespace_of(secret)
        invalid = _day(labels.get(INVALID_SINCE))
        try:
            if invalid is None:
                patch = {"metadata": {"labels": {INVALID_SINCE: rfc3339(now)[:10]}}}
                await self.client.patch("Secret", name, patch, namespace, content_type=MERGE_PATCH)
            elif now - invalid >= PERIOD_SECONDS:
                options = {"preconditions": {"resourceVersion": secret["metadata"]["resourceVersion"]}}
                await self.client.delete("Secret", name, namespace, options)
        except ApiError as error:
            if error.code not in (404, 409):
                raise


def _day(text: str | None) -> float | None:
    try:
        return parse_rfc3339(f"{text}T00:00:00Z") if text else None
    except ValueError:
        return None


def _mounts(pod: Obj) -> list[tuple[str, str]]:
    names = ((volume.get("secret") or {}).get("secretName") for volume in pod["spec"].get("volumes") or ())
    return [(meta.namespace_of(pod), name) for name in names if name]
