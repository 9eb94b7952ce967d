"""What the wished-for use of a resource means."""

from __future__ import annotations

import pytest

from cluster.kubectl.commands import autoscale
from cluster.kubectl.errors import CommandError


@pytest.mark.parametrize(
    ("text", "resource", "wanted"),
    [
        ("70%", "cpu", {"type": "Utilization", "averageUtilization": 70}),
        ("500", "cpu", {"type": "AverageValue", "averageValue": "500m"}),
        ("0.5", "cpu", {"type": "AverageValue", "averageValue": "500u"}),
        ("200", "memory", {"type": "AverageValue", "averageValue": "200Mi"}),
        (" 1Gi ", "memory", {"type": "AverageValue", "averageValue": "1Gi"}),
    ],
)
def test_a_target(text: str, resource: str, wanted: dict[str, object]) -> None:
    assert autoscale.target(text, resource) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [("-5%", "invalid percentage value: -5"), ("x", "invalid resource cpu value: x"), (" ", "empty input")],
)
def test_nonsense_is_refused(text: str, message: str) -> None:
    with pytest.raises(CommandError) as caught:
        autoscale.target(text, "cpu")
    assert str(caught.value) == message
