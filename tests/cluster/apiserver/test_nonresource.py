"""Paths that are no resource: single health checks, metrics, the issuer of tokens, OpenAPI of discovery."""

from __future__ import annotations

import asyncio

import jwt
import orjson
import pytest

from .conftest import Home, config_map


async def test_a_single_health_check_is_asked(home: Home) -> None:
    assert (await home.ask("GET", "/readyz/etcd")).body.raw == b"ok"
    assert (await home.ask("GET", "/livez/ping")).status == 200
    assert (await home.ask("GET", "/livez/nothing")).status == 404
    home.wire.withdraw("etcd")
    assert (await home.ask("GET", "/readyz/etcd")).status == 500


async def test_checks_are_listed_and_left_out(home: Home) -> None:
    lines = (await home.ask("GET", "/livez?verbose")).body.raw.decode().splitlines()
    assert lines[:3] == ["[+]ping ok", "[+]log ok", "[+]etcd ok"]
    assert "[+]poststarthook/rbac/bootstrap-roles ok" in lines
    assert lines[-1] == "livez check passed"
    home.wire.withdraw("etcd")
    told = (await home.ask("GET", "/readyz?verbose&exclude=etcd\0etcd-readiness\0x")).body.raw.decode().splitlines()
    assert "[+]etcd excluded: ok" in told
    assert told[-2:] == ['warn: some health checks cannot be excluded: no matches for "x"', "readyz check passed"]


async def test_metrics_count_requests_and_how_long_they_took(home: Home) -> None:
    await home.client.create("ConfigMap", config_map())
    await home.ask("GET", "/api/v1/namespaces/default/configmaps/none")
    text = (await home.ask("GET", "/metrics")).body.raw.decode()
    for told, code in (("CREATE", 201), ("GET", 404)):
        (line,) = [
            each
            for each in text.splitlines()
            if each.startswith("apiserver_request_total{")
            and f'verb="{told}"' in each
            and f'code="{code}"' in each
            and 'resource="configmaps"' in each
        ]
        assert line.endswith(" 1.0")
    assert "apiserver_request_duration_seconds_bucket{" in text
    openmetrics = await home.ask("GET", "/metrics", headers={"accept": "application/openmetrics-text"})
    assert openmetrics.body.raw.endswith(b"# EOF\n")


async def test_a_request_has_the_time_that_it_names(home: Home) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    assert (await home.ask("GET", f"{path}?timeout=30s")).status == 200
    refused = await home.ask("GET", f"{path}?timeout=soon")
    assert refused.status == 400
    assert 'time: invalid duration "soon"' in refused.body.object["message"]
    home.wire.withdraw("etcd")
    late = asyncio.ensure_future(home.ask("POST", f"{path}?timeout=1s500ms", config_map()))
    await home.clock.advance(2)
    answer = await late
    assert (answer.status, answer.body.object["reason"]) == (504, "Timeout")
    assert answer.body.object["message"].endswith("context deadline exceeded")


async def test_metrics_count_objects_and_watches(home: Home) -> None:
    await home.client.create("ConfigMap", config_map())
    watch = await home.ask("GET", "/api/v1/configmaps?watch=true")
    answer = await home.ask("GET", "/metrics")
    lines = answer.body.raw.decode().splitlines()
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'apiserver_storage_objects{group="",resource="configmaps"} 1.0' in lines
    assert 'apiserver_registered_watchers{group="",kind="ConfigMap"} 1.0' in lines
    assert watch.stream is not None
    watch.stream.close()
    health = (await home.ask("GET", "/metrics/slis")).body.raw.decode()
    assert 'kubernetes_healthcheck{name="etcd",type="readyz"} 1.0' in health
    assert (await home.ask("GET", "/metrics", token="mallory-token")).status == 403


async def test_a_token_is_verified_by_the_published_key(home: Home) -> None:
    made = await home.ask("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", {"spec": {}})
    told = (await home.ask("GET", "/.well-known/openid-configuration")).body.object
    assert told["jwks_uri"].endswith(":6443/openid/v1/jwks")
    keys = jwt.PyJWKSet.from_json((await home.ask("GET", "/openid/v1/jwks")).body.raw.decode())
    token = made.body.object["status"]["token"]
    claims = jwt.decode(
        token,
        keys.keys[0].key,
        algorithms=told["id_token_signing_alg_values_supported"],
        audience=told["issuer"],
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    assert claims["sub"] == "system:serviceaccount:default:default"


@pytest.mark.parametrize("name", ["api", "apis", "apis/apps", "version", "openid/v1/jwks"])
async def test_discovery_is_described_too(name: str, home: Home) -> None:
    index = (await home.ask("GET", "/openapi/v3")).body.object["paths"]
    assert list(index) == sorted(index)
    path = index[name]["serverRelativeURL"].partition("?")[0]
    document = orjson.loads((await home.ask("GET", path)).body.raw)
    assert list(document["paths"]) == [f"/{name}/"]
