"""A proxier follows the API server, once a second at most; stopped, its table stays."""

from __future__ import annotations

import asyncio

from cluster.kube_proxy.proxier import KubeProxy
from tests.cluster.apiserver.conftest import Home, config, home  # noqa: F401  # fixtures


async def test_the_table_follows_services_and_freezes_when_stopped(home: Home) -> None:  # noqa: F811  # a fixture
    proxy = KubeProxy("n1", home.connect("admin-token", "kube-proxy.n1"), home.clock)
    running = asyncio.get_running_loop().create_task(proxy.run())
    await home.clock.advance(2)
    syncs = proxy.syncs
    for name in ("one", "two"):
        await home.client.create("Service", {"metadata": {"name": name}, "spec": {"ports": [{"port": 80}]}}, "default")
    await home.clock.advance(2)
    assert (sorted(rule.service for rule in proxy.table), proxy.syncs) == (
        ["default/kubernetes", "default/one", "default/two"],
        syncs + 1,
    )
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await home.client.delete("Service", "one", "default")
    await home.clock.advance(5)
    assert len(proxy.table) == 3
    assert proxy.inspect()["rules"] == 3
