"""Bodies of every kind as nobody would write them, by its own types: refused or stored, never an internal error."""

from __future__ import annotations

import random  # noqa: TID251  # seeded by the test
from typing import Any

import pytest

from cluster.apimachinery import schema
from cluster.apimachinery.meta import Obj
from cluster.apis.all_kinds import REGISTRY
from cluster.apis.registry import Kind

from .conftest import Home

BODIES = 4
TABLE = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
TEXTS = (
    "", "a", "A B", "x.y.z", "*", "*.a", "10.0.0.1", "10.0.0.0/8", "a/b", "https://x", "%", "-1", "In", "Exists",
    "None", "Always", "v1", "a:b:c:d", ".spec.x", "self.a >", "object", "array", "string",
)  # fmt: skip
VALUES: dict[int, tuple[Any, ...]] = {
    schema.STRING: TEXTS,
    schema.INTEGER: (0, -1, 1, 5, 70000, 2**31 - 1),
    schema.BOOLEAN: (True, False),
    schema.QUANTITY: ("1", "0", "-1", "1Gi", "100m"),
    schema.INT_OR_STRING: (0, 1, -1, "50%", "x", ""),
    schema.TIME: ("2026-01-01T00:00:00Z",),
    schema.NUMBER: (1.5,),
    schema.BYTES: ("", "YQ=="),
    schema.ANY: ({}, [], "x", 1, {"type": "object", "properties": {"a": {"type": "string"}}}),
}
KEYS = ("a", "b/c", "", "example.com/x", "storage", "cpu")
DEEPEST = 8


def odd(type: schema.Type, chance: random.Random, depth: int = 0) -> Any:
    """Some value of a type: fields left out, empty and null ones, texts that mean something elsewhere."""
    if chance.random() < 0.05:
        return None
    if type.kind == schema.STRUCT:
        if depth > DEEPEST:
            return {}
        wanted = 0.5 if depth < 3 else 0.35
        return {name: odd(each, chance, depth + 1) for name, each in type.fields.items() if chance.random() < wanted}
    if type.kind in (schema.LIST, schema.MAP):
        size = chance.choice((0, 1, 1, 2)) if depth <= DEEPEST and type.item is not None else 0
        items = [odd(type.item, chance, depth + 1) for _ in range(size)] if type.item is not None else []
        return items if type.kind == schema.LIST else {chance.choice(KEYS): each for each in items}
    return chance.choice(VALUES[type.kind])


def body(kind: Kind, name: str, chance: random.Random) -> Obj:
    found = odd(kind.type, chance) or {}
    return {**found, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": name}}


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_body_is_an_internal_error(seed: int, home: Home) -> None:
    chance = random.Random(seed)  # chosen by the test
    for kind in REGISTRY.kinds:
        if "create" not in kind.verbs or kind.kind == "Namespace":
            continue
        many = kind.path("default" if kind.namespaced else "")
        doors = ["", *(f"/{door.name}" for door in kind.subresources if door.name in ("status", "approval", "resize"))]
        for number in range(BODIES):
            made = await home.ask("POST", many, body(kind, f"x{number}", chance))
            assert made.status < 500, (kind.kind, made.body.object)
            if made.status != 201 or not kind.stored:
                continue
            assert (await home.ask("GET", many, headers=TABLE)).status == 200
            for door in doors:
                changed = await home.ask("PUT", f"{many}/x{number}{door}", body(kind, f"x{number}", chance))
                assert changed.status < 500, (kind.kind, door, changed.body.object)
            assert (await home.ask("DELETE", f"{many}/x{number}")).status < 500
