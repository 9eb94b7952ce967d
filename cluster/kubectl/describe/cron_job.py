"""`kubectl describe cronjob`. Models: describe.go describeCronJob, describeJobTemplate v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events, pod_template
from cluster.kubectl.describe.writer import NONE, Writer, rfc1123
from cluster.kubectl.invocation import Invocation

UNSET = "<unset>"


async def describe(invocation: Invocation, cron_job: Obj) -> str:
    return text(cron_job, await events.of(invocation, cron_job, kind="CronJob"), invocation.now)


def text(cron_job: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    spec, status = cron_job["spec"], cron_job.get("status") or {}
    writer.line("Name", cron_job["metadata"]["name"])
    writer.line("Namespace", cron_job["metadata"].get("namespace", ""))
    writer.labels("Labels", cron_job["metadata"].get("labels"))
    writer.annotations("Annotations", cron_job["metadata"].get("annotations"))
    writer.line("Schedule", spec.get("schedule", ""))
    writer.line("Concurrency Policy", spec.get("concurrencyPolicy", ""))
    writer.line("Suspend", {True: "True", False: "False"}.get(spec.get("suspend"), UNSET))
    writer.line("Time Zone", spec.get("timeZone", UNSET))
    writer.line("Successful Job History Limit", spec.get("successfulJobsHistoryLimit", UNSET))
    writer.line("Failed Job History Limit", spec.get("failedJobsHistoryLimit", UNSET))
    writer.line("Starting Deadline Seconds", _seconds(spec.get("startingDeadlineSeconds")))
    _template(writer, spec["jobTemplate"].get("spec") or {})
    last = status.get("lastScheduleTime")
    writer.line("Last Schedule Time", rfc1123(last) if last else UNSET)
    writer.line("Active Jobs", ", ".join(each["name"] for each in status.get("active") or ()) or NONE)
    events.write(writer, found, now)
    return writer.text()


def _seconds(count: Any) -> str:
    return UNSET if count is None else f"{count}s"


def _template(writer: Writer, spec: Obj) -> None:
    selector = spec.get("selector")
    writer.line("Selector", UNSET if selector is None else labels.from_label_selector(selector))
    writer.line("Parallelism", spec.get("parallelism", UNSET))
    writer.line("Completions", spec.get("completions", UNSET))
    if "activeDeadlineSeconds" in spec:
        writer.line("Active Deadline Seconds", _seconds(spec["activeDeadlineSeconds"]))
    pod_template.write(writer, spec.get("template"))
