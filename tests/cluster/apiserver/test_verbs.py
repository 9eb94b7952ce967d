"""Create, get, update, patch, delete: what a client may rely on."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Home, assert_refused, config_map, pod, refused

NAMESPACE = "/api/v1/namespaces/default"
MERGE = {"content-type": "application/merge-patch+json"}
STRATEGIC = {"content-type": "application/strategic-merge-patch+json"}
JSON_PATCH = {"content-type": "application/json-patch+json"}


async def test_a_created_object_has_an_identity_and_is_read_back_at_once(home: Home) -> None:
    made = await home.client.create("ConfigMap", config_map(colour="blue"))
    metadata = made["metadata"]
    assert metadata["uid"]
    assert metadata["creationTimestamp"] == "2027-01-15T08:00:00Z"
    assert int(metadata["resourceVersion"]) == await home.revision()
    assert await home.client.get("ConfigMap", "settings", "default") == made


async def test_the_resource_version_is_put_in_when_read_and_never_stored(home: Home) -> None:
    made = await home.client.create("ConfigMap", config_map())
    stored = await home.stored("/registry/configmaps/default/settings")
    assert b"resourceVersion" not in stored.value
    answer = await home.ask("GET", f"{NAMESPACE}/configmaps/settings")
    assert f'"resourceVersion":"{stored.mod_revision}"'.encode() in answer.body.raw
    assert made["metadata"]["resourceVersion"] == str(stored.mod_revision)


async def test_bytes_and_object_of_a_stored_object_say_the_same(home: Home) -> None:
    import orjson

    await home.client.create("Pod", pod())
    for path in (f"{NAMESPACE}/pods/web", f"{NAMESPACE}/pods"):
        answer = await home.ask("GET", path)
        assert orjson.loads(answer.body.raw) == answer.body.object


async def test_a_name_can_be_taken_once(home: Home) -> None:
    await home.client.create("ConfigMap", config_map())
    answer = await home.ask("POST", f"{NAMESPACE}/configmaps", config_map())
    assert_refused(answer, 409, "AlreadyExists", 'configmaps "settings" already exists')


async def test_a_generated_name_that_is_taken_is_drawn_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["job-aaaaa", "job-aaaaa", "job-bbbbb"])
    monkeypatch.setattr("cluster.apimachinery.names.generate", lambda base, random: next(drawn))
    body = {"metadata": {"generateName": "job-", "namespace": "default"}}
    names = [(await home.client.create("ConfigMap", body))["metadata"]["name"] for _ in range(2)]
    assert names == ["job-aaaaa", "job-bbbbb"]


async def test_an_update_at_an_old_resource_version_is_a_conflict(home: Home) -> None:
    old = await home.client.create("ConfigMap", config_map())
    await home.client.update("ConfigMap", {**old, "data": {"a": "1"}})
    error = await refused(home.client.update("ConfigMap", {**old, "data": {"a": "2"}}))
    assert (error.code, error.reason) == (409, "Conflict")
    assert error.message == (
        'Operation cannot be fulfilled on configmaps "settings": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )


async def test_an_update_that_changes_nothing_writes_nothing(home: Home) -> None:
    made = await home.client.create("ConfigMap", config_map(a="1"))
    again = await home.client.update("ConfigMap", made)
    assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


@pytest.mark.parametrize(
    ("headers", "patch", "expected"),
    [
        (MERGE, {"data": {"a": None, "b": "2"}}, {"b": "2"}),
        (STRATEGIC, {"data": {"b": "2"}}, {"a": "1", "b": "2"}),
        (JSON_PATCH, [{"op": "replace", "path": "/data/a", "value": "9"}], {"a": "9"}),
    ],
)
async def test_patches_of_each_kind(home: Home, headers: dict[str, str], patch: Any, expected: dict[str, str]) -> None:
    await home.client.create("ConfigMap", config_map(a="1"))
    answer = await home.ask("PATCH", f"{NAMESPACE}/configmaps/settings", patch, headers=headers)
    assert (answer.status, answer.body.object["data"]) == (200, expected)


async def test_a_strategic_patch_merges_containers_by_name(home: Home) -> None:
    await home.client.create("Pod", pod())
    patch = {"spec": {"containers": [{"name": "main", "image": "httpd"}]}}
    answer = await home.ask("PATCH", f"{NAMESPACE}/pods/web", patch, headers=STRATEGIC)
    container = answer.body.object["spec"]["containers"][0]
    assert (container["image"], container["imagePullPolicy"]) == ("httpd", "Always")


async def test_a_patch_that_loses_a_race_is_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    await home.client.create("ConfigMap", config_map())
    storage, tries = home.server.storage, []
    real = storage.update

    async def update(*arguments: Any) -> int | None:
        tries.append(arguments)
        return None if len(tries) < 3 else await real(*arguments)

    monkeypatch.setattr(storage, "update", update)
    answer = await home.ask("PATCH", f"{NAMESPACE}/configmaps/settings", {"data": {"a": "1"}}, headers=MERGE)
    assert (answer.status, len(tries)) == (200, 3)


@pytest.mark.parametrize("path", [f"{NAMESPACE}/pods/web", f"{NAMESPACE}/pods/web/status"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "other"), ("namespace", "kube-system"), ("uid", "11111111-1111-1111-1111-111111111111")],
)
async def test_no_door_renames_or_moves_an_object(home: Home, path: str, field: str, value: str) -> None:
    made = await home.client.create("Pod", pod())
    answer = await home.ask("PATCH", path, {"metadata": {field: value}}, headers=MERGE)
    message = f'Pod "web" is invalid: metadata.{field}: Invalid value: "{value}": field is immutable'
    assert_refused(answer, 422, "Invalid", message)
    assert await home.client.get("Pod", "web", "default") == made


async def test_a_dry_run_goes_all_the_way_but_writes_nothing(home: Home) -> None:
    revision = await home.revision()
    answer = await home.ask("POST", f"{NAMESPACE}/pods?dryRun=All", pod())
    assert answer.status == 201
    assert answer.body.object["spec"]["restartPolicy"] == "Always"
    refusal = await home.ask("POST", f"{NAMESPACE}/pods?dryRun=All", pod(restartPolicy="Sometimes"))
    assert refusal.status == 422
    assert await home.revision() == revision


async def test_an_unknown_dry_run_is_refused_by_name(home: Home) -> None:
    answer = await home.ask("POST", f"{NAMESPACE}/configmaps?dryRun=foo", config_map())
    message = 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: "foo": supported values: "All"'
    assert_refused(answer, 422, "Invalid", message)


@pytest.mark.parametrize(
    ("wanted", "status", "warning"),
    [
        ("Ignore", 201, None),
        ("Warn", 201, '299 - "unknown field \\"spec.colour\\""'),
        ("", 201, '299 - "unknown field \\"spec.colour\\""'),
    ],
)
async def test_unknown_fields_are_dropped_and_told_of(
    home: Home, wanted: str, status: int, warning: str | None
) -> None:
    answer = await home.ask("POST", f"{NAMESPACE}/pods?fieldValidation={wanted}", pod(colour="blue"))
    assert (answer.status, answer.headers.get("warning")) == (status, warning)
    assert "colour" not in answer.body.object["spec"]


async def test_strict_validation_refuses_unknown_fields(home: Home) -> None:
    answer = await home.ask("POST", f"{NAMESPACE}/pods?fieldValidation=Strict", pod(colour="blue"))
    message = 'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.colour"'
    assert_refused(answer, 400, "BadRequest", message)


async def test_the_creator_manages_what_it_sent_not_what_admission_added(home: Home) -> None:
    made = await home.client.create("Pod", pod())
    (entry,) = made["metadata"]["managedFields"]
    owned = entry["fieldsV1"]
    assert (entry["manager"], entry["operation"]) == ("kubectl", "Update")
    assert {"f:containers", "f:restartPolicy"} <= owned["f:spec"].keys()
    assert not {"f:serviceAccountName", "f:tolerations", "f:volumes", "f:priority"} & owned["f:spec"].keys()
    assert "f:status" not in owned


async def test_an_apply_creates_then_conflicts_with_another_manager(home: Home) -> None:
    headers = {"content-type": "application/apply-patch+yaml"}
    path = f"{NAMESPACE}/configmaps/settings"
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"a": "1"}}
    first = await home.ask("PATCH", f"{path}?fieldManager=alice", body, headers=headers)
    assert first.status == 201
    rival = {**body, "data": {"a": "2"}}
    second = await home.ask("PATCH", f"{path}?fieldManager=mallory", rival, headers=headers)
    message = 'Apply failed with 1 conflict: conflict with "alice": .data.a'
    assert_refused(second, 409, "Conflict", message)
    forced = await home.ask("PATCH", f"{path}?fieldManager=mallory&force=true", rival, headers=headers)
    assert (forced.status, forced.body.object["data"]) == (200, {"a": "2"})


async def test_an_event_keeps_its_lease_when_it_is_counted_up(home: Home) -> None:
    event = {
        "metadata": {"name": "web.1", "namespace": "default"},
        "involvedObject": {"kind": "Pod", "name": "web", "namespace": "default"},
        "reason": "Pulled",
        "count": 1,
    }
    await home.client.create("Event", event)
    await home.client.patch("Event", "web.1", {"count": 2}, "default")
    await home.clock.advance(3600 + 300 + 5)
    assert (await home.client.list("Event", "default")).items == []


@pytest.mark.parametrize(
    "operation",
    [{"op": "test", "path": "/data/a", "value": "nope"}, {"op": "remove", "path": "/data/absent"}],
)
async def test_a_json_patch_that_cannot_be_done_is_refused_without_a_reason(home: Home, operation: Any) -> None:
    await home.client.create("ConfigMap", config_map(a="1"))
    answer = await home.ask("PATCH", f"{NAMESPACE}/configmaps/settings", [operation], headers=JSON_PATCH)
    assert_refused(answer, 422, "Invalid", "the server rejected our request due to an error in our request")


@pytest.mark.parametrize(
    ("headers", "raw", "message"),
    [
        (MERGE, b"{bad", "invalid JSON patch"),
        (
            MERGE,
            b"[]",
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
        (
            JSON_PATCH,
            b"{}",
            "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch",
        ),
    ],
)
async def test_what_is_no_patch_is_refused(home: Home, headers: dict[str, str], raw: bytes, message: str) -> None:
    await home.client.create("ConfigMap", config_map(a="1"))
    answer = await home.ask("PATCH", f"{NAMESPACE}/configmaps/settings", raw=raw, headers=headers)
    assert_refused(answer, 400, "BadRequest", message)


async def test_a_strategic_patch_to_a_wrong_type_shows_the_patch(home: Home) -> None:
    await home.client.create("Pod", pod())
    patch = {"spec": {"activeDeadlineSeconds": "x"}}
    answer = await home.ask("PATCH", f"{NAMESPACE}/pods/web", patch, headers=STRATEGIC)
    shown = "map[spec:map[activeDeadlineSeconds:x]]"
    message = f' "" is invalid: patch: Invalid value: "{shown}": unrecognized type: int64'
    assert_refused(answer, 422, "Invalid", message)


async def test_unknown_fields_of_a_strict_write_are_told_in_the_order_of_the_document(home: Home) -> None:
    sent = {"zoo": 1, **pod(), "about": 2}
    answer = await home.ask("POST", f"{NAMESPACE}/pods?fieldValidation=Strict", sent)
    why = 'strict decoding error: unknown field "zoo", unknown field "about"'
    assert_refused(answer, 400, "BadRequest", f'Pod in version "v1" cannot be handled as a Pod: {why}')


async def test_a_json_patch_may_replace_managed_fields_and_one_empty_entry_resets_them(home: Home) -> None:
    made = await home.client.create("ConfigMap", config_map(a="1"))
    (entry,) = made["metadata"]["managedFields"]
    path = f"{NAMESPACE}/configmaps/settings"
    patch = [{"op": "replace", "path": "/metadata/managedFields", "value": [{**entry, "manager": "other"}]}]
    answer = await home.ask("PATCH", path, patch, headers=JSON_PATCH)
    assert [each["manager"] for each in answer.body.object["metadata"]["managedFields"]] == ["other"]
    kept = await home.ask("PATCH", path, {"metadata": {"managedFields": None}}, headers=MERGE)
    assert [each["manager"] for each in kept.body.object["metadata"]["managedFields"]] == ["other"]
    reset = await home.ask("PATCH", path, {"metadata": {"managedFields": [{}]}}, headers=MERGE)
    assert "managedFields" not in reset.body.object["metadata"]


async def test_a_deprecated_kind_answers_with_a_warning(home: Home) -> None:
    answer = await home.ask("GET", f"{NAMESPACE}/endpoints")
    assert answer.headers["warning"] == (
        '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'
    )


async def grant(home: Home, *verbs: str, names: tuple[str, ...] = ()) -> None:
    """Let mallory do this with config maps."""
    rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": list(verbs)}
    rules = [{**rule, "resourceNames": list(names)} if names else rule]
    await home.client.create("Role", {"metadata": {"name": "r", "namespace": "default"}, "rules": rules})
    group = "rbac.authorization.k8s.io"
    subjects = [{"kind": "User", "name": "mallory", "apiGroup": group}]
    binding = {"subjects": subjects, "roleRef": {"kind": "Role", "name": "r", "apiGroup": group}}
    await home.client.create("RoleBinding", {"metadata": {"name": "r", "namespace": "default"}, **binding})


async def test_an_apply_that_creates_needs_the_right_to_create(home: Home) -> None:
    await grant(home, "get", "patch")
    path, headers = f"{NAMESPACE}/configmaps/settings?fieldManager=m", {"content-type": "application/apply-patch+yaml"}
    answer = await home.ask("PATCH", path, config_map(a="1"), headers=headers, token="mallory-token")
    why = 'User "mallory" cannot create resource "configmaps" in API group "" in the namespace "default"'
    assert_refused(answer, 403, "Forbidden", f'configmaps "settings" is forbidden: {why}')
    await home.client.create("ConfigMap", config_map(a="1"))
    assert (await home.ask("PATCH", path, config_map(b="1"), headers=headers, token="mallory-token")).status == 200


async def test_who_may_list_one_name_lists_and_watches_that_one(home: Home) -> None:
    await grant(home, "list", "watch", names=("settings",))
    await home.client.create("ConfigMap", config_map())
    path = f"{NAMESPACE}/configmaps"
    for query, status in (
        ("", 403),
        ("fieldSelector=metadata.name=settings", 200),
        ("fieldSelector=metadata.name=x", 403),
    ):
        for watch in ("", "&watch=true"):
            answer = await home.ask("GET", f"{path}?{query}{watch}", token="mallory-token")
            assert answer.status == status
