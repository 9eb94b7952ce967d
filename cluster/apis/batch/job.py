"""Job: pods of one template until enough of them have ended well.

Models: pkg/registry/batch/job/strategy.go, pkg/apis/batch/v1/defaults.go, printers.go printJob v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta, names, table
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.batch import job_validation
from cluster.apis.batch.job_validation import NON_INDEXED
from cluster.apis.core import pod_defaults, replicas
from cluster.apis.registry import Column, Kind, Subresource
from cluster.clock import parse_rfc3339

CONTROLLER_UID, OLD_CONTROLLER_UID = "batch.kubernetes.io/controller-uid", "controller-uid"
JOB_NAME, OLD_JOB_NAME = "batch.kubernetes.io/job-name", "job-name"
FINISHED = ("Complete", "Failed")


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    if spec.get("template") is not None:
        pod_defaults.default_template(spec["template"])
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    strategy.fill(
        spec,
        parallelism=1,
        backoffLimit=6 if spec.get("backoffLimitPerIndex") is None else validation.INT32_MAX,
        completionMode=NON_INDEXED,
        suspend=False,
        podReplacementPolicy="TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed",
    )
    for rule in (spec.get("podFailurePolicy") or {}).get("rules") or ():
        for condition in rule.get("onPodConditions") or ():
            if not condition.get("status"):
                condition["status"] = "True"
    _label(obj)


def _label(obj: Obj) -> None:
    """A Job without labels has its template's."""
    found = ((obj["spec"].get("template") or {}).get("metadata") or {}).get("labels")
    if found and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(found)


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.spec_and_status(new, old)
    new.setdefault("status", {})
    if old is None and not new["spec"].get("manualSelector"):
        _generate_selector(new)
        _label(new)


def _generate_selector(job: Obj) -> None:
    """Models: generateSelector: the pods of a Job carry its name and uid."""
    uid, template = meta.uid_of(job), job["spec"].setdefault("template", {})
    marks = {
        OLD_CONTROLLER_UID: uid,
        CONTROLLER_UID: uid,
        OLD_JOB_NAME: meta.name_of(job),
        JOB_NAME: meta.name_of(job),
    }
    found = template.get("metadata") or {}
    template["metadata"] = {**found, "labels": {**(found.get("labels") or {}), **marks}}
    selector = job["spec"].get("selector") or {}
    job["spec"]["selector"] = {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), CONTROLLER_UID: uid}}


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is None or new["spec"] != old["spec"]:
        faults += job_validation.with_selector(new["spec"], "spec")
    if old is not None:
        started = (old.get("status") or {}).get("startTime") is not None
        faults += job_validation.update(new["spec"], old["spec"], started, "spec")
    return faults


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    for name in ("active", "succeeded", "failed", "ready", "terminating"):
        faults += validation.not_negative(f"status.{name}", (new.get("status") or {}).get(name))
    return faults


# --- columns ----------------------------------------------------------------------------------------------------------


def _status(job: Obj, now: float) -> str:
    for kind, text in (
        ("Complete", "Complete"),
        ("Failed", "Failed"),
        ("Suspended", "Suspended"),
        ("FailureTarget", "FailureTarget"),
        ("SuccessCriteriaMet", "SuccessCriteriaMet"),
    ):
        if meta.is_condition_true(job, kind):
            return text
    return "Terminating" if meta.is_being_deleted(job) else "Running"


def _completions(job: Obj, now: float) -> str:
    succeeded = (job.get("status") or {}).get("succeeded") or 0
    if (completions := job["spec"].get("completions")) is not None:
        return f"{succeeded}/{completions}"
    parallelism = job["spec"].get("parallelism") or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(job: Obj, now: float) -> str:
    status = job.get("status") or {}
    if not (started := status.get("startTime")):
        return ""
    ended = status.get("completionTime")
    if not ended:
        failed = meta.condition_of(job, "Failed")
        ended = failed["lastTransitionTime"] if failed and failed["status"] == "True" else None
    return table.human_duration((parse_rfc3339(ended) if ended else now) - parse_rfc3339(started))


KIND = Kind(
    group="batch",
    version="v1",
    kind="Job",
    plural="jobs",
    schema="io.k8s.api.batch.v1.Job",
    categories=("all",),
    columns=(
        columns.NAME,
        Column("Status", _status, description="Status of the job."),
        Column("Completions", _completions, description="Successful and desired completions."),
        Column("Duration", _duration, description="Time required to complete the job."),
        columns.AGE,
        *columns.template_columns(
            lambda obj: columns.selector_text(obj["spec"].get("selector")),
            "A label query over pods that should match the pod count.",
        ),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    warn=replicas.warn,
    selectable_fields={"status.successful": lambda job: str((job.get("status") or {}).get("succeeded") or 0)},
    subresources=(Subresource("status", prepare=strategy.status_door(), validate=validate_status),),
)
