"""ValidatingWebhookConfiguration: who is asked about writes over HTTPS.

Models: pkg/registry/admissionregistration/validatingwebhookconfiguration/strategy.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis import strategy
from cluster.apis.admissionregistration import webhooks
from cluster.apis.registry import Kind

SCHEMA = "io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration"


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.counted(new, old)
    if old is not None and new.get("webhooks") != old.get("webhooks"):
        strategy.bump(new, old)


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingWebhookConfiguration",
    plural="validatingwebhookconfigurations",
    schema=SCHEMA,
    namespaced=False,
    categories=("api-extensions",),
    columns=webhooks.COLUMNS,
    default=webhooks.default,
    prepare=prepare,
    validate=webhooks.rules(SCHEMA),
)
