"""Webhooks over real HTTPS: what they are told, what they change and refuse, and what happens when they fail."""

from __future__ import annotations

import base64
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission import webhook_client
from cluster.kubeadm import pki
from tests.cluster.apiserver.conftest import Home, config_map

MAPS = "/api/v1/namespaces/default/configmaps"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}


class Webhook:
    """A webhook that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Obj] = []
        self.answer: Obj = {"allowed": True}
        self.raw: bytes | None = None
        self.url, self.ca = "", ""

    async def handle(self, request: web.Request) -> web.Response:
        review = orjson.loads(await request.read())
        self.asked.append(review["request"])
        response = {"uid": review["request"]["uid"], **self.answer}
        body = self.raw or orjson.dumps(
            {"kind": "AdmissionReview", "apiVersion": review["apiVersion"], "response": response}
        )
        return web.Response(body=body, content_type="application/json")


@pytest.fixture
async def webhook(tmp_path: Path) -> AsyncIterator[Webhook]:
    found, authority = Webhook(), pki.authority(tmp_path, "ca")
    certificate, key = authority.issue("webhook", hosts=("127.0.0.1", "hook.default.svc"))
    (tmp_path / "pair.pem").write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "pair.pem")
    application = web.Application()
    application.router.add_post("/ask", found.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    port = runner.addresses[0][1]
    found.url, found.ca = f"https://127.0.0.1:{port}/ask", base64.b64encode(authority.certificate_pem).decode()
    yield found
    await runner.cleanup()


async def configure(home: Home, webhook: Webhook, kind: str = "Validating", **fields: Any) -> None:
    found = {
        "name": "a.example.com",
        "clientConfig": {"url": webhook.url, "caBundle": webhook.ca},
        "rules": [RULE],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        **fields,
    }
    await home.client.create(f"{kind}WebhookConfiguration", {"metadata": {"name": "w"}, "webhooks": [found]})


async def test_a_validating_webhook_is_told_and_may_refuse(home: Home, webhook: Webhook) -> None:
    await configure(home, webhook)
    assert (await home.ask("POST", MAPS, config_map(color="red"))).status == 201
    (asked,) = webhook.asked
    assert (asked["operation"], asked["resource"]["resource"], asked["name"]) == ("CREATE", "configmaps", "settings")
    assert asked["object"]["data"] == {"color": "red"}
    assert asked["userInfo"]["username"] == "admin"
    webhook.answer = {"allowed": False, "status": {"message": "no red", "code": 403}, "warnings": ["careful"]}
    answer = await home.ask("POST", MAPS, config_map("other", color="red"))
    assert answer.status == 403
    assert answer.body.object["message"] == 'admission webhook "a.example.com" denied the request: no red'
    assert (await home.ask("GET", f"{MAPS}/other")).status == 404


async def test_a_mutating_webhook_changes_the_object(home: Home, webhook: Webhook) -> None:
    patch = [
        {"op": "add", "path": "/data/size", "value": "9"},
        {"op": "add", "path": "/metadata/labels", "value": {"a": "b"}},
    ]
    webhook.answer = {
        "allowed": True,
        "patchType": "JSONPatch",
        "patch": base64.b64encode(orjson.dumps(patch)).decode(),
    }
    await configure(home, webhook, "Mutating")
    made = (await home.ask("POST", MAPS, config_map(color="red"))).body.object
    assert made["data"] == {"color": "red", "size": "9"}
    assert made["metadata"]["labels"] == {"a": "b"}
    assert made["metadata"]["managedFields"]
    stored = await home.stored("/registry/configmaps/default/settings")
    assert b'"size":"9"' in stored.value


@pytest.mark.parametrize("policy", ["Fail", "Ignore"])
async def test_the_failure_policy_decides_when_there_is_no_good_answer(
    policy: str, home: Home, webhook: Webhook
) -> None:
    webhook.raw = b"{}"
    await configure(home, webhook, failurePolicy=policy)
    answer = await home.ask("POST", MAPS, config_map())
    assert answer.status == (500 if policy == "Fail" else 201)
    if policy == "Fail":
        assert answer.body.object["message"].startswith(
            'Internal error occurred: failed calling webhook "a.example.com": '
        )


@pytest.mark.parametrize(
    ("client", "told"),
    [
        ({"url": "https://127.0.0.1:1/x"}, "Connect"),
        (
            {"service": {"name": "s", "namespace": "n"}},
            'Post "https://s.n.svc:443/?timeout=10s": service "s" not found',
        ),
    ],
)
async def test_a_webhook_that_is_not_there(client: Obj, told: str, home: Home, webhook: Webhook) -> None:
    await configure(home, webhook, clientConfig=client)
    answer = await home.ask("POST", MAPS, config_map())
    assert answer.status == 500
    assert told in answer.body.object["message"]


async def test_a_certificate_of_another_authority_is_not_trusted(home: Home, webhook: Webhook) -> None:
    await configure(home, webhook, clientConfig={"url": webhook.url})
    assert (await home.ask("POST", MAPS, config_map())).status == 500
    assert webhook.asked == []


@pytest.mark.parametrize(
    "fields",
    [
        {"rules": [{**RULE, "resources": ["pods"]}]},
        {"matchConditions": [{"name": "m", "expression": "object.metadata.name != 'settings'"}]},
        {"objectSelector": {"matchLabels": {"judged": "yes"}}},
    ],
)
async def test_whom_a_webhook_is_not_asked_about(fields: Obj, home: Home, webhook: Webhook) -> None:
    await configure(home, webhook, **fields)
    assert (await home.ask("POST", MAPS, config_map())).status == 201
    assert webhook.asked == []


async def test_a_bad_webhook_can_be_taken_away(home: Home, webhook: Webhook) -> None:
    every = {"apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"], "operations": ["*"]}
    await configure(home, webhook, clientConfig={"url": "https://127.0.0.1:1/x"}, rules=[every])
    path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/w"
    assert (await home.ask("DELETE", path)).status == 200
    assert (await home.ask("POST", MAPS, config_map())).status == 201


async def test_a_webhook_is_reached_through_a_service_that_stands_for_a_program(home: Home, webhook: Webhook) -> None:
    port = int(webhook.url.rpartition(":")[2].partition("/")[0])
    spec = {"type": "ExternalName", "externalName": "localhost"}
    await home.client.create("Service", {"metadata": {"name": "hook", "namespace": "default"}, "spec": spec})
    service = {"name": "hook", "namespace": "default", "port": port, "path": "/ask"}
    await configure(home, webhook, clientConfig={"service": service, "caBundle": webhook.ca})
    assert (await home.ask("POST", MAPS, config_map())).status == 201
    assert len(webhook.asked) == 1


@pytest.mark.parametrize(("policy", "times"), [("IfNeeded", 2), ("Never", 1)])
async def test_a_webhook_is_asked_again_after_another_s_change_when_it_wants(
    policy: str, times: int, home: Home, webhook: Webhook
) -> None:
    await configure(home, webhook, "Mutating", reinvocationPolicy=policy)
    patch = base64.b64encode(b'[{"op": "add", "path": "/data", "value": {"size": "9"}}]').decode()
    later = Webhook()
    later.answer = {"allowed": True, "patchType": "JSONPatch", "patch": patch}

    async def both(webhook_of: Obj, review: Obj, reader: Any) -> Obj:
        asked = later if webhook_of["name"] == "b.example.com" else webhook
        asked.asked.append(review["request"])
        return {"response": {"uid": review["request"]["uid"], **asked.answer}}

    configuration = await home.client.get("MutatingWebhookConfiguration", "w")
    (one,) = configuration["webhooks"]
    two = {**one, "name": "b.example.com", "reinvocationPolicy": "Never"}
    await home.client.update("MutatingWebhookConfiguration", {**configuration, "webhooks": [one, two]})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(webhook_client, "post", both)
        made = await home.ask("POST", MAPS, config_map())
    assert made.body.object["data"] == {"size": "9"}
    assert (len(webhook.asked), len(later.asked)) == (times, 1)
