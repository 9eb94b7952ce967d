"""Priority: a class becomes a number."""

from __future__ import annotations

import pytest

from cluster.apiserver.admission import priority
from tests.cluster.apiserver.admission.conftest import Desk, pod, refusal, request


@pytest.fixture
def classes(desk: Desk) -> Desk:
    desk.put("PriorityClass", "high", "", value=1000, preemptionPolicy="Never")
    desk.put("PriorityClass", "low", "", value=10)
    return desk


async def test_a_pod_without_a_class_has_none(classes: Desk) -> None:
    obj = pod()
    await priority.admit(classes, request(obj))
    assert (obj["spec"]["priority"], obj["spec"]["preemptionPolicy"]) == (0, "PreemptLowerPriority")
    assert "priorityClassName" not in obj["spec"]


async def test_a_class_gives_its_number_and_its_policy(classes: Desk) -> None:
    obj = pod(priorityClassName="high")
    await priority.admit(classes, request(obj))
    assert (obj["spec"]["priority"], obj["spec"]["preemptionPolicy"]) == (1000, "Never")


async def test_the_default_class_is_the_lowest_of_those_that_say_so(classes: Desk) -> None:
    for name, value in (("a", 7), ("b", 5)):
        classes.put("PriorityClass", name, "", value=value, globalDefault=True)
    obj = pod()
    await priority.admit(classes, request(obj))
    assert (obj["spec"]["priorityClassName"], obj["spec"]["priority"]) == ("b", 5)


async def test_a_class_that_is_not_there_or_another_number_is_forbidden(classes: Desk) -> None:
    code, message = await refusal(priority.admit(classes, request(pod(priorityClassName="nope"))))
    assert (code, message) == (403, 'pods "web" is forbidden: no PriorityClass with name nope was found')
    _, message = await refusal(priority.admit(classes, request(pod(priority=5))))
    assert "the integer value of priority (5) must not be provided in pod spec" in message
