"""Indexes of an Indexed Job: which are done, which are next, how they are written ("1,3-5"); pure.

Models: pkg/controller/job/indexed_job_utils.go v1.37
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj

INDEX = "batch.kubernetes.io/job-completion-index"
FAILURES = "batch.kubernetes.io/job-index-failure-count"
ENV = "JOB_COMPLETION_INDEX"


def index_of(pod: Obj) -> int:
    """-1 for a pod that says none."""
    text = meta.annotations_of(pod).get(INDEX, "")
    return int(text) if text.isdigit() else -1


def parse(text: str, completions: int) -> set[int]:
    """ "0,2-4" as numbers, those below `completions`."""
    found: set[int] = set()
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        if first.isdigit() and (not last or last.isdigit()):
            found.update(range(int(first), min(int(last or first), completions - 1) + 1))
    return {each for each in found if each < completions}


def shown(numbers: Iterable[int]) -> str:
    """Numbers as ranges: "0,2-4". Two neighbours are told apart, three are a range, as upstream's."""
    parts: list[str] = []
    ordered = sorted(numbers)
    at = 0
    while at < len(ordered):
        last = at
        while last + 1 < len(ordered) and ordered[last + 1] == ordered[last] + 1:
            last += 1
        if last - at >= 2:
            parts.append(f"{ordered[at]}-{ordered[last]}")
        else:
            parts.extend(str(each) for each in ordered[at : last + 1])
        at = last + 1
    return ",".join(parts)


def next_indexes(count: int, completions: int, taken: Collection[int]) -> list[int]:
    """The lowest indexes that nothing runs or has ended for."""
    found: list[int] = []
    for index in range(completions):
        if len(found) >= count:
            break
        if index not in taken:
            found.append(index)
    return found


def with_index(pod: Obj, job_name: str, index: int, failures: int | None) -> Obj:
    """A pod for an index: annotation, label, host name and environment tell it. Models: addIndexToPod"""
    metadata, spec = pod["metadata"], pod["spec"]
    notes = {**(metadata.get("annotations") or {}), INDEX: str(index)}
    if failures is not None:
        notes[FAILURES] = str(failures)
    named = {
        **metadata,
        "annotations": notes,
        "labels": {**(metadata.get("labels") or {}), INDEX: str(index)},
        "generateName": f"{job_name}-{index}-",
    }
    told = {**spec, "hostname": f"{job_name}-{index}"[:63]}
    for kind in ("initContainers", "containers"):
        if spec.get(kind):
            told[kind] = [_told(each) for each in spec[kind]]
    return {**pod, "metadata": named, "spec": told}


def _told(container: Obj) -> Obj:
    if any(each.get("name") == ENV for each in container.get("env") or ()):
        return container
    source = {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}}
    return {**container, "env": [*(container.get("env") or ()), {"name": ENV, "valueFrom": source}]}
