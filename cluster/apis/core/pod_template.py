"""PodTemplate: a template of pods, kept by itself. Models: pkg/registry/core/podtemplate/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy
from cluster.apis.core import pod_defaults, pod_spec
from cluster.apis.registry import Column, Kind


def default(obj: Obj) -> None:
    template = obj.setdefault("template", {})
    template.setdefault("metadata", {})
    template.setdefault("spec", {})
    pod_defaults.default_template(template)


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.counted(new, old)
    if old is not None and new["template"] != old.get("template"):
        strategy.bump(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    return metadata.validate(new, old, names.dns1123_subdomain) + pod_spec.template(new["template"], "template")


def _containers(obj: Obj) -> list[Obj]:
    return obj["template"]["spec"].get("containers") or []


KIND = Kind(
    group="",
    version="v1",
    kind="PodTemplate",
    plural="podtemplates",
    schema="io.k8s.api.core.v1.PodTemplate",
    columns=(
        columns.NAME,
        Column(
            "Containers",
            lambda obj, now: columns.container_names(_containers(obj)),
            description="Names of each container in the template.",
        ),
        Column(
            "Images",
            lambda obj, now: columns.container_images(_containers(obj)),
            description="Images referenced by each container in the template.",
        ),
        Column(
            "Pod Labels",
            lambda obj, now: columns.map_text(obj["template"]["metadata"].get("labels")),
            description="The labels for the pod template.",
        ),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
)
