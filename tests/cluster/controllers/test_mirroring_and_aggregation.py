"""Hand-written Endpoints become slices; roles become the sum of their parts."""

from __future__ import annotations

from .conftest import Office

SUBSETS = [{"addresses": [{"ip": "192.0.2.1"}], "notReadyAddresses": [{"ip": "192.0.2.2"}], "ports": [{"port": 80}]}]


async def mirrors(office: Office) -> list[list[str]]:
    await office.clock.advance(1)
    found = [each for each in await office.list("EndpointSlice") if each["metadata"]["name"].startswith("outside")]
    return [[address for each in one["endpoints"] for address in each["addresses"]] for one in found]


async def test_endpoints_by_hand_are_told_as_a_slice(office: Office) -> None:
    await office.start("endpoints", "endpointslice", "endpointslicemirroring")
    await office.make("Service", "outside", spec={"ports": [{"port": 80}]})
    await office.make("Endpoints", "outside", subsets=SUBSETS)
    assert await mirrors(office) == [["192.0.2.1", "192.0.2.2"]]
    changed = [{"addresses": [{"ip": "192.0.2.9"}], "ports": [{"port": 80}]}]
    await office.change("Endpoints", "outside", {"subsets": changed})
    assert await mirrors(office) == [["192.0.2.9"]]
    await office.delete("Endpoints", "outside")
    assert await mirrors(office) == []


async def test_endpoints_of_a_selector_are_not_told_twice(office: Office) -> None:
    await office.start("endpoints", "endpointslice", "endpointslicemirroring")
    await office.make("Service", "outside", spec={"ports": [{"port": 80}], "selector": {"app": "web"}})
    await office.pod("web", on="n1", labels={"app": "web"})
    await office.runs("web", "10.0.0.1")
    assert await mirrors(office) == [["10.0.0.1"]]


async def test_a_role_has_the_rules_of_its_parts(office: Office) -> None:
    await office.start("clusterroleaggregation")
    selector = {"clusterRoleSelectors": [{"matchLabels": {"part": "true"}}]}
    await office.make("ClusterRole", "whole", aggregationRule=selector, rules=[])
    rules = [[{"apiGroups": [""], "resources": [name], "verbs": ["get"]}] for name in ("pods", "services")]
    for name, found in zip(("b", "a"), rules, strict=True):
        await office.make("ClusterRole", name, metadata={"labels": {"part": "true"}}, rules=found)
    assert (await office.get("ClusterRole", "whole"))["rules"] == rules[1] + rules[0]
    await office.delete("ClusterRole", "b")
    assert (await office.get("ClusterRole", "whole"))["rules"] == rules[1]
