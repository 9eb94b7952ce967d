"""`kubectl describe job`. Models: describe.go describeJob v1.37"""

from __future__ import annotations

from cluster.apimachinery import labels, table
from cluster.apimachinery.meta import Obj
from cluster.clock import parse_rfc3339
from cluster.kubectl.describe import events, pod_template
from cluster.kubectl.describe.writer import NONE, Writer, rfc1123, yes
from cluster.kubectl.invocation import Invocation

MOST_INDEXES = 50


async def describe(invocation: Invocation, job: Obj) -> str:
    return text(job, await events.of(invocation, job, kind="Job"), invocation.now)


def text(job: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    metadata, spec = job["metadata"], job["spec"]
    writer.line("Name", metadata["name"])
    writer.line("Namespace", metadata.get("namespace", ""))
    writer.line("Selector", labels.from_label_selector(spec.get("selector")))
    writer.labels("Labels", metadata.get("labels"))
    writer.annotations("Annotations", metadata.get("annotations"))
    if owner := pod_template.controller(metadata):
        writer.line("Controlled By", owner)
    _spec(writer, spec)
    _status(writer, spec, job.get("status") or {})
    pod_template.write(writer, spec.get("template"))
    events.write(writer, found, now)
    return writer.text()


def _spec(writer: Writer, spec: Obj) -> None:
    if "parallelism" in spec:
        writer.line("Parallelism", spec["parallelism"])
    writer.line("Completions", spec.get("completions", "<unset>"))
    if "completionMode" in spec:
        writer.line("Completion Mode", spec["completionMode"])
    if "suspend" in spec:
        writer.line("Suspend", yes(spec["suspend"]))
    if "backoffLimit" in spec:
        writer.line("Backoff Limit", spec["backoffLimit"])
    if "ttlSecondsAfterFinished" in spec:
        writer.line("TTL Seconds After Finished", spec["ttlSecondsAfterFinished"])


def _status(writer: Writer, spec: Obj, status: Obj) -> None:
    start, end = status.get("startTime"), status.get("completionTime")
    if start:
        writer.line("Start Time", rfc1123(start))
    if end:
        writer.line("Completed At", rfc1123(end))
    if start and end:
        writer.line("Duration", table.human_duration(parse_rfc3339(end) - parse_rfc3339(start)))
    if "activeDeadlineSeconds" in spec:
        writer.line("Active Deadline Seconds", f"{spec['activeDeadlineSeconds']}s")
    active, succeeded, failed = (status.get(field) or 0 for field in ("active", "succeeded", "failed"))
    ready = f" ({status['ready']} Ready)" if status.get("ready") is not None else ""
    writer.line("Pods Statuses", f"{active} Active{ready} / {succeeded} Succeeded / {failed} Failed")
    if spec.get("completionMode") == "Indexed":
        writer.line("Completed Indexes", indexes(status.get("completedIndexes") or ""))


def indexes(text: str) -> str:
    """The list of indexes, cut at the first comma after so many letters. Models: capIndexesListOrNone"""
    if not text:
        return NONE
    at = text.find(",", MOST_INDEXES)
    return text if at < 0 else text[: at + 1] + "..."
