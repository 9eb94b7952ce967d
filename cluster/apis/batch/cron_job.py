"""CronJob: a Job at every due time of a schedule.

Models: pkg/registry/batch/cronjob/strategy.go, pkg/apis/batch/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from dataclasses import replace

from cluster.apimachinery import names, table
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.batch import job_validation, schedule
from cluster.apis.core import pod_defaults, replicas
from cluster.apis.registry import Cell, Column, Kind, Subresource
from cluster.clock import parse_rfc3339

POLICIES = ("Allow", "Forbid", "Replace")
LONGEST_NAME = 52


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    strategy.fill(
        spec, concurrencyPolicy="Allow", suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1
    )
    template = ((spec.get("jobTemplate") or {}).get("spec") or {}).get("template")
    if template is not None:
        pod_defaults.default_template(template)


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.spec_and_status(new, old)
    new.setdefault("status", {})


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is None and len(name := new["metadata"].get("name") or "") > LONGEST_NAME:
        faults.append(validation.invalid("metadata.name", name, f"must be no more than {LONGEST_NAME} characters"))
    faults += _times(spec)
    faults += validation.one_of("spec.concurrencyPolicy", spec.get("concurrencyPolicy"), POLICIES)
    for field in ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        faults += validation.not_negative(f"spec.{field}", spec.get(field))
    template = (spec.get("jobTemplate") or {}).get("spec") or {}
    if template.get("manualSelector"):
        at = "spec.jobTemplate.spec.manualSelector"
        faults.append(validation.not_supported(at, template["manualSelector"], ("nil", "false")))
    return faults + job_validation.spec(template, "spec.jobTemplate.spec")


def _times(spec: Obj) -> list[FieldError]:
    text, zone = spec.get("schedule") or "", spec.get("timeZone")
    if not text:
        return [validation.required("spec.schedule")]
    faults: list[FieldError] = []
    if "TZ" in text:
        why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        faults.append(validation.invalid("spec.schedule", text, why))
    else:
        try:
            schedule.parse(text)
        except ValueError as error:
            faults.append(validation.invalid("spec.schedule", text, str(error)))
    if zone is not None:
        if not zone:
            faults.append(validation.invalid("spec.timeZone", zone, "timeZone must be nil or non-empty string"))
        elif zone.lower() == "local":
            faults.append(
                validation.invalid(
                    "spec.timeZone",
                    zone,
                    "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
                )
            )
        else:
            try:
                schedule.zone(zone)
            except ValueError as error:
                faults.append(validation.invalid("spec.timeZone", zone, str(error)))
    return faults


def _last(obj: Obj, now: float) -> str:
    last = (obj.get("status") or {}).get("lastScheduleTime")
    return table.human_duration(now - parse_rfc3339(last)) if last else columns.NONE


def _inner(cell: Cell) -> Cell:
    """The cell as it shows the Job that is made."""
    return lambda obj, now: cell({"spec": (obj["spec"].get("jobTemplate") or {}).get("spec") or {}}, now)


KIND = Kind(
    group="batch",
    version="v1",
    kind="CronJob",
    plural="cronjobs",
    schema="io.k8s.api.batch.v1.CronJob",
    short_names=("cj",),
    categories=("all",),
    columns=(
        columns.NAME,
        Column("Schedule", columns.field("spec", "schedule"), description="The schedule in Cron format."),
        Column(
            "Timezone", columns.field("spec", "timeZone", columns.NONE), description="The time zone of the schedule."
        ),
        Column(
            "Suspend",
            lambda obj, now: "True" if obj["spec"].get("suspend") else "False",
            type="boolean",
            description="Whether subsequent executions are suspended.",
        ),
        Column(
            "Active",
            lambda obj, now: len((obj.get("status") or {}).get("active") or ()),
            type="integer",
            description="The number of currently running jobs.",
        ),
        Column("Last Schedule", _last, description="When a job was last scheduled."),
        columns.AGE,
        *(
            replace(each, cell=_inner(each.cell))
            for each in columns.template_columns(
                lambda obj: columns.selector_text(obj["spec"].get("selector")),
                "A label query over pods that should match the pod count.",
            )
        ),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    warn=replicas.warn,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
