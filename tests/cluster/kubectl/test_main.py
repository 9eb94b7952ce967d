"""From arguments to an exit code: commands are found, unknown ones refused, failures worded."""

from __future__ import annotations

import pytest

from cluster.apimachinery import status
from tests.cluster.kubectl.conftest import Kubectl

DEFAULT = "/api/v1/namespaces/default/pods"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gett"], 'error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n'),
        (["nothing-like-it"], 'error: unknown command "nothing-like-it" for "kubectl"\n'),
        (["get", "--foo"], "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n"),
        (["--foo"], "error: unknown flag: --foo\nSee 'kubectl --help' for usage.\n"),
        (["create", "deployment", "x"], 'error: required flag(s) "image" not set\n'),
        (["edit", "pod"], 'error: the command "edit" is not supported here (docs/kubectl.md lists those that are)\n'),
        (["get", "pods", "--context=no"], "Error in configuration: context was not found for specified context: no\n"),
        (["get", "x", "y/z"], "error: there is no need to specify a resource type as a separate argument when passing"),
    ],
)
async def test_a_refusal(kubectl: Kubectl, arguments: list[str], message: str) -> None:
    code, out, err = await kubectl(*arguments)
    assert (code, out) == (1, "")
    assert err == message or (not message.endswith("\n") and err.startswith(message))


async def test_global_flags_may_stand_before_the_command(kubectl: Kubectl) -> None:
    kubectl.answers.by_path["/api/v1/namespaces/shop/pods/web"] = {"kind": "Pod", "metadata": {"name": "web"}}
    assert await kubectl("-n", "shop", "get", "pod", "web", "-o", "name") == (0, "pod/web\n", "")


async def test_impersonation_is_sent_with_every_request_but_discovery(kubectl: Kubectl) -> None:
    await kubectl("get", "pods", "--as=alice", "--as-group=dev", "--as-group=ops")
    asked = [each for each in kubectl.answers.sent if each.path not in ("/api", "/apis")]
    assert asked
    for request in asked:
        assert (request.headers["impersonate-user"], request.headers["impersonate-group"]) == ("alice", "dev,ops")


async def test_discovery_is_asked_once_a_session_and_again_for_an_unknown_type(kubectl: Kubectl) -> None:
    await kubectl("get", "pods")
    await kubectl("get", "po")
    assert [each.path for each in kubectl.answers.sent].count("/api") == 1
    assert await kubectl("get", "widgets") == (1, "", 'error: the server doesn\'t have a resource type "widgets"\n')
    assert [each.path for each in kubectl.answers.sent].count("/api") == 2


async def test_the_causes_of_an_invalid_object_are_listed(kubectl: Kubectl) -> None:
    details = {
        "name": "x",
        "kind": "Pod",
        "causes": [
            {"field": "a", "message": "bad"},
            {"field": "b", "message": "worse"},
            {"field": "a", "message": "bad"},
        ],
    }
    kubectl.answers.by_path[f"{DEFAULT}/x"] = status.failure(422, "Invalid", "no", details)
    assert (await kubectl("get", "pod", "x"))[2] == 'The Pod "x" is invalid: \n* a: bad\n* b: worse\n'


async def test_several_failures_are_a_line_each(kubectl: Kubectl) -> None:
    code, _, err = await kubectl("get", "pods", "a", "b")
    assert (code, err.count("Error from server (NotFound): ")) == (1, 2)


async def test_v_tells_of_requests_and_their_bodies(kubectl: Kubectl) -> None:
    kubectl.answers.by_path[f"{DEFAULT}/web"] = {"kind": "Pod", "metadata": {"name": "web"}}
    assert (await kubectl("get", "pod", "web", "-o", "name"))[2] == ""
    code, out, err = await kubectl("get", "pod", "web", "-o", "name", "-v=6")
    assert (code, out) == (0, "pod/web\n")
    url = f"https://127.0.0.1:1/clusters/demo{DEFAULT}/web"
    assert err.endswith(f'"Response" verb="GET" url="{url}" status="200 OK" milliseconds=0\n')
    assert '"Response Body" body="{' in (await kubectl("get", "pod", "web", "-o", "name", "-v=8"))[2]
    assert 'status="404 Not Found"' in (await kubectl("get", "pod", "nope", "-v=6"))[2]
    assert "strconv.ParseInt" in (await kubectl("get", "pod", "-v=x"))[2]


async def test_help_may_be_a_command(kubectl: Kubectl) -> None:
    assert await kubectl("help", "create") == await kubectl("create", "--help")


async def test_help_names_parts_and_flags(kubectl: Kubectl) -> None:
    code, out, _ = await kubectl("create", "--help")
    assert code == 0
    assert "  deployment " in out
    assert "--save-config=false" in out
