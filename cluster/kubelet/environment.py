"""A container's environment: env, envFrom, the downward API, the API server's address; $(NAME) in commands.

Models: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables, third_party/forked/golang/expansion v1.37
Simplified: of Services' variables only those of `kubernetes` are set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.quantity import parse
from cluster.apimachinery.status import ApiError
from cluster.kubelet.volumes import data_of, field_of

if TYPE_CHECKING:
    from cluster.kubelet.pod_worker import PodWorker

_reference = re.compile(r"\$(\$|\(([^()]*)\))")
API = {
    "KUBERNETES_SERVICE_HOST": "10.96.0.1",
    "KUBERNETES_SERVICE_PORT": "443",
    "KUBERNETES_SERVICE_PORT_HTTPS": "443",
    "KUBERNETES_PORT": "tcp://10.96.0.1:443",
}


async def of(worker: PodWorker, container: Obj) -> dict[str, str]:
    """Name → value, in upstream's order of precedence."""
    found = dict(API)
    for source in container.get("envFrom") or ():
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if field in source:
                texts = data_of(await _get(worker, kind, source[field]["name"]))
                found |= {source.get("prefix", "") + key: value for key, value in texts.items()}
    for each in container.get("env") or ():
        source = each.get("valueFrom")
        value = expanded(each.get("value") or "", found) if not source else await _value(worker, container, source)
        if value is not None:
            found[each["name"]] = value
    return found


def expanded(text: str, variables: dict[str, str]) -> str:
    """$(NAME) is the variable's value; $$ is a dollar; what is not known stays as it is."""

    def one(match: re.Match[str]) -> str:
        if match.group(1) == "$":
            return "$"
        return variables.get(match.group(2), match.group(0))

    return _reference.sub(one, text)


async def _value(worker: PodWorker, container: Obj, source: Obj) -> str | None:
    if "fieldRef" in source:
        path = source["fieldRef"]["fieldPath"]
        own = {"status.podIP": worker.facts.ip, "status.podIPs": worker.facts.ip}
        own["status.hostIP"] = worker.kubelet.registration.host_ip
        return own.get(path) or field_of(worker.pod, path)
    if "resourceFieldRef" in source:
        return _resource(container, source["resourceFieldRef"])
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if field in source:
            return data_of(await _get(worker, kind, source[field]["name"])).get(source[field]["key"])
    return None


def _resource(container: Obj, wanted: Obj) -> str:
    """`limits.memory` and its like, in units of the divisor, rounded up. "0" where none is set."""
    part, _, name = wanted["resource"].partition(".")
    given = ((container.get("resources") or {}).get(part) or {}).get(name)
    if given is None:
        return "0"
    divisor = wanted.get("divisor") or "1"
    return str(-int(-parse(str(given)) // parse("1" if str(divisor) == "0" else str(divisor))))


async def _get(worker: PodWorker, kind: str, name: str) -> Obj:
    try:
        return await worker.kubelet.client.get(kind, name, meta.namespace_of(worker.pod))
    except ApiError as error:
        if error.code != 404:
            raise
        return {}
