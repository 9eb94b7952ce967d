"""Acting as somebody else: `kubectl --as`."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apiserver.authn.user import User
from cluster.apiserver.authz import impersonation
from cluster.apiserver.authz.authorizer import Authorizer

ROOT = User("root", groups=("system:masters", "system:authenticated"))
BOB = User("bob", groups=("system:authenticated",))


def grant(rule: Obj) -> tuple[Obj, Obj]:
    """A role with one rule, and its binding to bob."""
    role = {"kind": "ClusterRole", "metadata": {"name": "act"}, "rules": [rule]}
    binding = {
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "act"},
        "roleRef": {"kind": "ClusterRole", "name": "act"},
        "subjects": [{"kind": "User", "name": "bob"}],
    }
    return role, binding


def refusal(user: User, headers: dict[str, str], shelf: Any) -> tuple[int, str]:
    with pytest.raises(ApiError) as caught:
        impersonation.become(user, headers, Authorizer(shelf))
    return caught.value.code, caught.value.message


@pytest.mark.parametrize(
    ("headers", "name", "groups"),
    [
        ({"impersonate-user": "alice"}, "alice", ("system:authenticated",)),
        ({"impersonate-user": "alice", "impersonate-group": "dev"}, "alice", ("dev", "system:authenticated")),
        ({"impersonate-user": "a", "impersonate-group": "dev,ops"}, "a", ("dev", "ops", "system:authenticated")),
        ({"impersonate-user": "system:anonymous"}, "system:anonymous", ("system:unauthenticated",)),
        (
            {"impersonate-user": "system:serviceaccount:shop:bot"},
            "system:serviceaccount:shop:bot",
            ("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"),
        ),
    ],
)
def test_who_may_becomes_the_other_and_keeps_no_group(
    headers: dict[str, str], name: str, groups: tuple[str, ...], shelf: Any
) -> None:
    assert impersonation.become(ROOT, headers, Authorizer(shelf)) == User(name, groups=groups)


def test_uid_and_extra_are_taken_over(shelf: Any) -> None:
    headers = {"impersonate-user": "alice", "impersonate-uid": "7", "impersonate-extra-acme.com%2fteam": "blue"}
    user = impersonation.become(ROOT, headers, Authorizer(shelf))
    assert (user.uid, user.extra) == ("7", (("acme.com/team", ("blue",)),))


def test_who_may_not_is_told_so_in_upstreams_words(shelf: Any) -> None:
    why = 'User "bob" cannot impersonate resource "users" in API group "" at the cluster scope'
    assert refusal(BOB, {"impersonate-user": "alice"}, shelf) == (403, f'users "alice" is forbidden: {why}')


@pytest.mark.parametrize(
    "more",
    [{"impersonate-group": "system:masters"}, {"impersonate-uid": "7"}, {"impersonate-extra-team": "blue"}],
    ids=lambda more: next(iter(more)),
)
def test_the_right_to_be_a_user_brings_no_other(more: dict[str, str], shelf: Any) -> None:
    shelf.put(*grant({"apiGroups": [""], "resources": ["users"], "resourceNames": ["alice"], "verbs": ["impersonate"]}))
    assert impersonation.become(BOB, {"impersonate-user": "alice"}, Authorizer(shelf)).name == "alice"
    assert refusal(BOB, {"impersonate-user": "alice", **more}, shelf)[0] == 403
    assert refusal(BOB, {"impersonate-user": "root"}, shelf)[0] == 403


async def test_the_api_server_answers_the_user_who_is_acted_as(home: Any) -> None:
    path, alice = "/api/v1/namespaces/default/pods", {"impersonate-user": "alice"}
    assert (await home.ask("GET", path)).status == 200
    refused = await home.ask("GET", path, headers=alice)
    assert (refused.status, refused.body.object["message"]) == (
        403,
        'pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "default"',
    )
    refused = await home.ask("GET", path, headers={"impersonate-user": "admin"}, token="mallory-token")
    assert refused.body.object["message"].startswith('users "admin" is forbidden: User "mallory" cannot impersonate')


def test_a_group_without_a_user_is_refused_and_never_passed_over(shelf: Any) -> None:
    code, message = refusal(ROOT, {"impersonate-group": "dev"}, shelf)
    assert (code, message.endswith("without impersonating a user")) == (500, True)
