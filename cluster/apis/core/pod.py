"""Pod: the entry of the kind, and what happens to a Pod before it is written.

Its defaults are in `pod_defaults`, its rules in `pod_spec` and `pod_update`, its columns in `pod_columns`.
Simplified: requests of the pod as a whole (`spec.resources`) are not made up from its containers'.
Models: pkg/registry/core/pod/strategy.go, pkg/apis/core/helper/qos/qos.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import names, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import metadata, strategy, validation
from cluster.apis.core import placement, pod_columns, pod_defaults, pod_resize, pod_spec, pod_update, proxied
from cluster.apis.policy import eviction
from cluster.apis.registry import Kind, Subresource

GATED = {
    "type": "PodScheduled",
    "status": "False",
    "lastProbeTime": None,
    "lastTransitionTime": None,
    "reason": "SchedulingGated",
    "message": "Scheduling is blocked due to non-empty scheduling gates",
}
SAME_CLASS = "Pod QOS Class may not change as a result of resizing"
BEST_EFFORT, BURSTABLE, GUARANTEED = "BestEffort", "Burstable", "Guaranteed"


status_cell = pod_columns.status_cell
"""What the STATUS column says: the diagram says the same."""


def default(pod: Obj) -> None:
    pod_defaults.default_pod(pod.setdefault("spec", {}))


def prepare(new: Obj, old: Obj | None) -> None:
    if old is not None:
        strategy.spec_and_status(new, old)
        return
    spec, meta = new["spec"], new["metadata"]
    meta["generation"] = 1
    status = new["status"] = {"phase": "Pending", "qosClass": qos_class(new)}
    if spec.get("schedulingGates"):
        status["conditions"] = [dict(GATED)]
    if "affinity" in spec or "topologySpreadConstraints" in spec:
        placement.merge_label_keys(spec, meta.get("labels") or {})


def prepare_status(new: Obj, old: Obj | None) -> None:
    """The kubelet's door: the spec stays, quality of service stays, the generations it saw are not forgotten."""
    _keep_rest(new, old)
    status, was = new.setdefault("status", {}), (old or {}).get("status") or {}
    for name in ("qosClass", "observedGeneration", "resourceClaimStatuses"):
        if not status.get(name) and was.get(name):
            status[name] = was[name]
    _sync_addresses(status)
    seen: dict[str, list[int]] = {}
    for condition in was.get("conditions") or ():
        seen.setdefault(condition["type"], []).append(condition.get("observedGeneration") or 0)
    for condition in status.get("conditions") or ():
        before = seen.get(condition.get("type", ""))
        generation = before.pop(0) if before else 0
        if generation and not condition.get("observedGeneration"):
            condition["observedGeneration"] = generation


_keep_rest = strategy.status_door("ownerReferences")


def _sync_addresses(status: Obj) -> None:
    ip, ips = status.get("podIP"), status.get("podIPs")
    if ip and (not ips or ips[0].get("ip") != ip):
        status["podIPs"] = [{"ip": ip}]
    elif ips and not ip:
        status["podIP"] = ips[0].get("ip", "")


def prepare_ephemeral(new: Obj, old: Obj | None) -> None:
    """The door of `kubectl debug`: only `spec.ephemeralContainers` changes."""
    assert old is not None, "the door opens to objects that exist"
    found = new["spec"].get("ephemeralContainers")
    _keep_rest(new, old)
    strategy.set_or_drop(new, "status", old.get("status"))
    new["spec"] = {name: value for name, value in old["spec"].items() if name != "ephemeralContainers"}
    if found:
        new["spec"]["ephemeralContainers"] = found
    if new["spec"] != old["spec"]:
        strategy.bump(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is not None:
        if new["spec"] != old["spec"]:
            faults += _own_spec(new["spec"]) + pod_update.spec_faults(new["spec"], old["spec"])
        return faults + pod_update.annotation_faults(new, old)
    spec = new["spec"]
    faults += _own_spec(spec)
    if spec.get("ephemeralContainers"):
        faults.append(validation.forbidden("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        text = "cannot be set until all schedulingGates have been cleared"
        faults.append(validation.forbidden("spec.nodeName", text))
    if (new["metadata"].get("annotations") or {}).get(pod_update.MIRROR) is not None and not spec.get("nodeName"):
        value, text = (
            new["metadata"]["annotations"][pod_update.MIRROR],
            "must set spec.nodeName if mirror pod annotation is set",
        )
        faults.append(validation.invalid(f"metadata.annotations[{pod_update.MIRROR}]", value, text))
    return faults


def validate_resize(new: Obj, old: Obj | None) -> list[FieldError]:
    """The resize door: cpu and memory change, the pod's class does not."""
    assert old is not None, "the door opens to objects that exist"
    faults = metadata.validate(new, old, names.dns1123_subdomain) + pod_resize.faults(new, old)
    if not faults and qos_class(new) != qos_class(old):
        faults.append(validation.invalid("spec", qos_class(new), SAME_CLASS))
    return faults + _own_spec(new["spec"])


def _own_spec(spec: Obj) -> list[FieldError]:
    """A Pod's spec: what a template's must satisfy, and more."""
    faults = pod_spec.validate(spec, "spec", is_pod=True)
    if spec.get("volumes") and not spec.get("serviceAccountName"):
        faults += _tokens(spec["volumes"])
    faults += validation.not_negative("spec.terminationGracePeriodSeconds", spec.get("terminationGracePeriodSeconds"))
    for name in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(name) or ()):
            image = container.get("image") or ""
            if image != image.strip():
                text = "must not have leading or trailing whitespace"
                faults.append(validation.invalid(f"spec.{name}[{index}].image", image, text))
    return faults


def _tokens(volumes: Sequence[Obj]) -> list[FieldError]:
    return [
        validation.forbidden(
            f"spec.volumes[{index}].projected.sources[{position}].serviceAccountToken",
            "must not be specified when serviceAccountName is not set",
        )
        for index, volume in enumerate(volumes)
        for position, source in enumerate((volume.get("projected") or {}).get("sources") or ())
        if source.get("serviceAccountToken") is not None
    ]


def validate_ephemeral(new: Obj, old: Obj | None) -> list[FieldError]:
    assert old is not None, "the door opens to objects that exist"
    faults = metadata.validate(new, old, names.dns1123_subdomain) + _own_spec(new["spec"])
    at = "spec.ephemeralContainers"
    found = {each.get("name"): each for each in new["spec"].get("ephemeralContainers") or ()}
    for was in old["spec"].get("ephemeralContainers") or ():
        name = validation.shown(was["name"])
        if was["name"] not in found:
            faults.append(validation.forbidden(at, f"existing ephemeral containers {name} may not be removed\n"))
        elif found[was["name"]] != was:
            why = pod_update.difference(was, found[was["name"]], "EphemeralContainer")
            faults.append(validation.forbidden(at, f"existing ephemeral containers {name} may not be changed\n{why}"))
    return faults


def warn(new: Obj, old: Obj | None) -> Sequence[str]:
    messages = names.dns1123_label(new["metadata"].get("name") or "") if old is None else ()
    if not messages:
        return ()
    return (
        "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is "
        f"recommended: [{' '.join(messages)}]",
    )


def qos_class(pod: Obj) -> str:
    """How safe the pod is when its node runs short: Guaranteed, Burstable or BestEffort."""
    spec = pod["spec"]
    if spec.get("resources"):
        return _class_of(spec["resources"])
    found = ""
    for name in ("initContainers", "containers"):
        for container in spec.get(name) or ():
            resources = container.get("resources")
            own = _class_of(resources) if resources else BEST_EFFORT
            if own == BURSTABLE or (found and found != own):
                return BURSTABLE
            found = own
    return found or BEST_EFFORT


def _class_of(resources: Obj) -> str:
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    classes = set()
    for name in ("cpu", "memory"):
        request, limit = (quantity.parse(part.get(name) or 0) for part in (requests, limits))
        if not request and not limit:
            classes.add(BEST_EFFORT)
        else:
            classes.add(GUARANTEED if limit and request == limit else BURSTABLE)
    return classes.pop() if len(classes) == 1 else BURSTABLE


def _status(pod: Obj) -> Obj:
    return pod.get("status") or {}


def _first_ip(pod: Obj) -> str:
    ips = _status(pod).get("podIPs")
    return (ips[0].get("ip") if ips else _status(pod).get("podIP")) or ""


KIND = Kind(
    group="",
    version="v1",
    kind="Pod",
    plural="pods",
    schema="io.k8s.api.core.v1.Pod",
    short_names=("po",),
    categories=("all",),
    columns=pod_columns.COLUMNS,
    default=default,
    prepare=prepare,
    validate=validate,
    warn=warn,
    selectable_fields={
        "spec.nodeName": lambda pod: pod["spec"].get("nodeName") or "",
        "spec.restartPolicy": lambda pod: pod["spec"].get("restartPolicy") or "",
        "spec.schedulerName": lambda pod: pod["spec"].get("schedulerName") or "",
        "spec.serviceAccountName": lambda pod: pod["spec"].get("serviceAccountName") or "",
        "spec.hostNetwork": lambda pod: "true" if pod["spec"].get("hostNetwork") else "false",
        "status.phase": lambda pod: _status(pod).get("phase") or "",
        "status.podIP": _first_ip,
        "status.podIPs": _first_ip,
        "status.nominatedNodeName": lambda pod: _status(pod).get("nominatedNodeName") or "",
    },
    subresources=(
        Subresource("attach", ("create", "get"), kind="PodAttachOptions", version="v1"),
        Subresource("binding", ("create",), kind="Binding", version="v1"),
        Subresource("ephemeralcontainers", prepare=prepare_ephemeral, validate=validate_ephemeral),
        eviction.DOOR,
        Subresource("exec", ("create", "get"), kind="PodExecOptions", version="v1"),
        Subresource("log", ("get",)),
        Subresource("portforward", ("create", "get"), kind="PodPortForwardOptions", version="v1"),
        proxied.door("Pod"),
        Subresource("resize", prepare=pod_resize.prepare, validate=validate_resize),
        Subresource("status", prepare=prepare_status, validate=pod_update.status_faults),
    ),
)
