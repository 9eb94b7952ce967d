"""The audit log: what of a request is told, by which rule, and what never is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from cluster.apimachinery.meta import Obj
from cluster.apiserver.audit import log, policy
from cluster.apiserver.config import Config

from .conftest import Home, config_map

MAPS = "/api/v1/namespaces/default/configmaps"
SECRETS = "/api/v1/namespaces/default/secrets"
POLICY = """
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [mallory]
  verbs: [get]
- level: RequestResponse
  resources: [{group: "", resources: [secrets, "serviceaccounts/token"]}]
  omitManagedFields: true
- level: Request
  namespaces: [default]
  resources: [{group: "", resources: [configmaps], resourceNames: []}]
- level: Metadata
  nonResourceURLs: ["/version*"]
- level: Metadata
  omitStages: [ResponseStarted, RequestReceived]
  verbs: [watch]
"""


class Audited(Home):
    """A home with an audit log."""

    file: Path

    @property
    def events(self) -> list[Obj]:
        return [orjson.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


@pytest.fixture
async def audited(transactional_db: None, config: Config, tmp_path: Path) -> AsyncIterator[Audited]:
    found = Audited(replace(config, audit_policy=policy.read(POLICY), audit_log=tmp_path / "audit" / "a.log"))
    found.file = tmp_path / "audit" / "a.log"
    await found.start()
    yield found
    await found.stop()


async def test_a_request_is_told_as_its_rule_says(audited: Audited) -> None:
    answer = await audited.ask("POST", MAPS, config_map(color="red"), headers={"user-agent": "kubectl/v1.37.2"})
    (event,) = audited.events
    assert answer.headers["audit-id"] == event["auditID"]
    assert (event["level"], event["stage"], event["verb"]) == ("Request", "ResponseComplete", "create")
    assert (event["requestURI"], event["userAgent"]) == (MAPS, "kubectl/v1.37.2")
    assert event["user"] == {"username": "admin", "groups": ["system:masters", "system:authenticated"]}
    assert event["objectRef"] == {"resource": "configmaps", "namespace": "default", "apiVersion": "v1"}
    assert event["requestObject"]["data"] == {"color": "red"}
    assert "responseObject" not in event
    assert event["responseStatus"]["code"] == 201
    assert event["annotations"]["authorization.k8s.io/decision"] == "allow"


async def test_what_is_refused_and_who_acts_as_whom(audited: Audited) -> None:
    await audited.ask("POST", MAPS, config_map(), token="mallory-token")
    await audited.ask("GET", f"{MAPS}/x", headers={"impersonate-user": "alice"})
    refused, acting = audited.events
    assert refused["annotations"]["authorization.k8s.io/decision"] == "forbid"
    assert (refused["responseStatus"]["code"], refused["responseStatus"]["reason"]) == (403, "Forbidden")
    assert (acting["user"]["username"], acting["impersonatedUser"]["username"]) == ("admin", "alice")


async def test_secrets_and_tokens_are_never_told(audited: Audited) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": "hunter2"}}
    await audited.ask("POST", SECRETS, secret)
    await audited.ask("GET", SECRETS)
    merge = {"content-type": "application/merge-patch+json"}
    await audited.ask("PATCH", f"{SECRETS}/s", {"stringData": {"password": "hunter3"}}, headers=merge)
    await audited.client.create("ServiceAccount", {"metadata": {"name": "default", "namespace": "default"}})
    token = await audited.ask("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", {"spec": {}})
    text = audited.file.read_text()
    assert len(audited.events) == 4
    assert "hunter" not in text
    assert "aHVudGVy" not in text
    assert token.body.object["status"]["token"] not in text
    assert audited.events[0]["responseObject"]["data"] == {"password": log.MASKED}
    assert "managedFields" not in audited.events[0]["responseObject"]["metadata"]


async def test_what_no_rule_tells_is_not_told(audited: Audited) -> None:
    await audited.ask("GET", f"{MAPS}/x", token="mallory-token")
    await audited.ask("GET", "/api/v1/nodes")
    assert audited.events == []
    await audited.ask("GET", "/version")
    assert [event["requestURI"] for event in audited.events] == ["/version"]


async def test_a_watch_is_told_when_it_ends(audited: Audited) -> None:
    watch = await audited.ask("GET", "/api/v1/nodes?watch=true")
    assert audited.events == []
    assert watch.stream is not None
    watch.stream.close()
    assert [(event["verb"], event["stage"]) for event in audited.events] == [("watch", "ResponseComplete")]


async def test_a_policy_tells_the_log_what_it_wants_told(audited: Audited) -> None:
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}
    spec = {
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": "object.data.color == 'blue'", "message": "not blue"}],
        "auditAnnotations": [{"key": "color", "valueExpression": "object.data.color"}],
    }
    await audited.client.create("ValidatingAdmissionPolicy", {"metadata": {"name": "p"}, "spec": spec})
    bound = {"policyName": "p", "validationActions": ["Audit"]}
    await audited.client.create("ValidatingAdmissionPolicyBinding", {"metadata": {"name": "b"}, "spec": bound})
    assert (await audited.ask("POST", MAPS, config_map(color="red"))).status == 201
    annotations = audited.events[-1]["annotations"]
    assert annotations["p/color"] == "red"
    (failure,) = orjson.loads(annotations["validation.policy.admission.k8s.io/validation_failure"])
    assert (failure["message"], failure["binding"]) == ("not blue", "b")


def test_a_full_file_is_turned_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LARGEST_FILE_BYTES", 100)
    monkeypatch.setattr(log, "FILES_KEPT", 2)
    file = log.File(tmp_path / "a.log")
    for number in range(10):
        file.write(b"%d" % number * 60)
    file.close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.log", "a.log.1", "a.log.2"]
    assert (tmp_path / "a.log").read_text().startswith("9")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: Policy", "apiVersion"),
        ("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []", "0 rules"),
        ("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: All}]", "rules.0..level"),
        ("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, omitStages: [Never]}]", "omitStages"),
        ("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, namespaces: [a], nonResourceURLs: [b]}]", "non-resource"),
        ("{", "failed decoding"),
    ],
)  # fmt: skip
def test_a_bad_policy_is_refused(text: str, told: str) -> None:
    with pytest.raises(policy.BadPolicy, match=told):
        policy.read(text)
