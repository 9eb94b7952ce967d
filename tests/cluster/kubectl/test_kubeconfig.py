"""Which cluster, user and namespace a kubeconfig and the flags mean."""

from __future__ import annotations

import pytest

from cluster.kubectl import flags, kubeconfig
from cluster.kubectl.command import GLOBAL
from cluster.kubectl.errors import CommandError

FIRST = {
    "current-context": "a",
    "clusters": [{"name": "a", "cluster": {"server": "https://a"}}],
    "contexts": [{"name": "a", "context": {"cluster": "a", "user": "u", "namespace": "n"}}],
    "users": [{"name": "u", "user": {"token": "t"}}],
}
SECOND = {
    "current-context": "b",
    "clusters": [
        {"name": "a", "cluster": {"server": "https://other"}},
        {"name": "b", "cluster": {"server": "https://b"}},
    ],
    "contexts": [{"name": "b", "context": {"cluster": "b", "user": "nobody"}}],
}


def access(*arguments: str) -> kubeconfig.Access:
    return kubeconfig.access(kubeconfig.merged([FIRST, SECOND]), flags.parse(GLOBAL, arguments))


def test_the_first_file_wins() -> None:
    found = access()
    assert (found.context, found.server, found.user, found.namespace) == ("a", "https://a", {"token": "t"}, "n")
    assert not found.namespace_given


@pytest.mark.parametrize(
    ("arguments", "server", "namespace"),
    [
        (["--context=b"], "https://b", "default"),
        (["--cluster=b"], "https://b", "n"),
        (["-n", "x"], "https://a", "x"),
        (["--server=https://c"], "https://c", "n"),
    ],
)
def test_flags_override_it(arguments: list[str], server: str, namespace: str) -> None:
    found = access(*arguments)
    assert (found.server, found.namespace) == (server, namespace)


def test_a_token_takes_the_place_of_the_user() -> None:
    assert access("--token=x").user == {"token": "x"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--context=x"], "Error in configuration: context was not found for specified context: x"),
        (["--context=x", "-n", "y"], 'context "x" does not exist'),
        (["--cluster=x"], 'cluster "x" does not exist'),
        (["--user=x"], 'auth info "x" does not exist'),
        (["--as-group=x"], "requesting uid, groups or user-extra without impersonating a user"),
    ],
)
def test_what_is_not_there_is_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError) as refused:
        access(*arguments)
    assert str(refused.value) == message
