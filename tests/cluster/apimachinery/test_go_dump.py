"""Hashes of templates, against those that Go's own printer and hash gave (`tools/go_types`, k8s.io/api 0.37.2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cluster.apimachinery import go_dump, names

RECORDED: list[dict[str, Any]] = json.loads(Path(__file__).with_name("go_hashes.json").read_text())


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: str(case["name"]))
def test_a_template_s_hash_is_upstream_s(case: dict[str, Any]) -> None:
    assert go_dump.template_hash(case["template"], case["collisions"]) == case["hash"]


def test_a_change_of_anything_changes_it() -> None:
    template = RECORDED[0]["template"]
    changed = {**template, "spec": {**template["spec"], "hostPID": True}}
    assert go_dump.template_hash(changed, None) != go_dump.template_hash(template, None)


def test_the_two_hashes() -> None:
    assert (names.fnv32(b"a"), names.fnv32a(b"a")) == (0x050C5D7E, 0xE40C292C)
