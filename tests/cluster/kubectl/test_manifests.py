"""Manifests are read from files, folders and standard input; what is no object is refused in kubectl's words."""

from __future__ import annotations

import pytest

from tests.cluster.kubectl.conftest import Kubectl

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n"
INVALID = 'error: error validating "STDIN": error validating data: %s; if you choose to ignore these errors, turn validation off with --validate=false\n'


async def names(kubectl: Kubectl, *arguments: str, stdin: str = "") -> list[str]:
    code, out, err = await kubectl("create", "--dry-run=client", "-o", "name", *arguments, stdin=stdin)
    assert code == 0, err
    return out.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (POD % "a", ["pod/a"]),
        (f"{POD % 'a'}---\n---\n{POD % 'b'}", ["pod/a", "pod/b"]),
        ('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"j"}}', ["pod/j"]),
        (
            '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"l"}}]}',
            ["pod/l"],
        ),
    ],
)
async def test_documents_of_a_stream(kubectl: Kubectl, text: str, found: list[str]) -> None:
    assert await names(kubectl, "-f", "-", stdin=text) == found


async def test_a_folder_is_read_in_order_and_deeper_only_when_asked(kubectl: Kubectl) -> None:
    for name in ("b.yaml", "a.json", "deep/c.yml", "note.txt"):
        kubectl.files.by_name[f"dir/{name}"] = (POD % name[0]).encode()
    assert await names(kubectl, "-f", "dir") == ["pod/a", "pod/b"]
    assert await names(kubectl, "-f", "dir", "-R") == ["pod/a", "pod/b", "pod/d"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", INVALID % "invalid object to validate"),
        ("apiVersion: v1\n", INVALID % "kind not set"),
        ("kind: Pod\n", INVALID % "apiVersion not set"),
        ("metadata: {}\n", INVALID % "[apiVersion not set, kind not set]"),
        ("a: [b\n", "error: error parsing STDIN: error converting YAML to JSON: yaml: line 1: did not find"),
        ('{"a":', "error: error parsing STDIN: unexpected EOF\n"),
        (
            "apiVersion: v1\nkind: Nope\nmetadata: {name: x}\n",
            'error: resource mapping not found for name: "x" namespace: ""',
        ),
        ("", "error: no objects passed to create\n"),
    ],
)
async def test_a_refusal(kubectl: Kubectl, text: str, message: str) -> None:
    code, _, err = await kubectl("create", "-f", "-", stdin=text)
    assert code == 1
    assert err.startswith(message)


async def test_a_file_that_is_not_there(kubectl: Kubectl) -> None:
    assert await kubectl("create", "-f", "no.yaml") == (1, "", 'error: the path "no.yaml" does not exist\n')


async def test_another_namespace_than_the_flags_is_refused(kubectl: Kubectl) -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: a}\n"
    code, _, err = await kubectl("create", "-f", "-", "-n", "b", stdin=text)
    assert code == 1
    assert 'the namespace from the provided object "a" does not match the namespace "b"' in err
