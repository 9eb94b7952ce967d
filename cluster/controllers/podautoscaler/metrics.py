"""What pods use, asked of the resource metrics API. Models: pkg/controller/podautoscaler/metrics/client.go v1.37"""

from __future__ import annotations

from decimal import Decimal

from cluster.apimachinery import quantity
from cluster.apimachinery.status import ApiError
from cluster.client.rest import Client

PATH = "/apis/metrics.k8s.io/v1beta1/namespaces/{}/pods"
UNFETCHED = "unable to fetch metrics from {} metrics API: {}"


class Unavailable(Exception):
    """No metrics: the message says why, as upstream's does."""


async def usage(client: Client, namespace: str, selector: str, resource: str) -> dict[str, Decimal]:
    """Pod name → what its containers use of a resource together. Raises Unavailable."""
    try:
        answer = await client.request("GET", PATH.format(namespace), query={"labelSelector": selector})
    except ApiError as error:
        text = error.message
        raise Unavailable(
            f"unable to get metrics for resource {resource}: {UNFETCHED.format('resource', text)}"
        ) from error
    found = {
        each["metadata"]["name"]: sum(
            (quantity.parse(container["usage"].get(resource, "0")) for container in each.get("containers") or ()),
            Decimal(0),
        )
        for each in answer.body.object.get("items") or ()
    }
    if not found:
        text = "no metrics returned from resource metrics API"
        raise Unavailable(f"unable to get metrics for resource {resource}: {text}")
    return found
