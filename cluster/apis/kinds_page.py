"""docs/kinds.md, made of the table of kinds, so that it cannot say anything else.

python -m cluster.apis.kinds_page > docs/kinds.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from cluster.apis.all_kinds import REGISTRY
from cluster.apis.registry import Kind, Registry

HEAD = """# The kinds

Made of the table itself by `python -m cluster.apis.kinds_page`; a test compares the two. Each kind is one entry
(`cluster/apis/<group>/<kind>.py`): group and version, scope, schema, defaults, strategy, validation, printer columns,
selectable fields and doors (subresources). A new kind is a new module and a new line in `cluster/apis/all_kinds.py`.

| kind | group/version | resource | short names | scope | doors |
|---|---|---|---|---|---|
"""
TAIL = """
A kind that is *answered* is a question to the API server: it is created, answered and never stored. `Event` has two
faces: `events.k8s.io/v1` shows what is stored as `v1` under the same key. Scale (`autoscaling/v1`), Eviction
(`policy/v1`), Binding (`v1`) and TokenRequest (`authentication.k8s.io/v1`) are bodies of doors, not kinds with objects.
"""


def page(registry: Registry) -> str:
    """The whole text: the core group first, the kinds of a group in alphabetical order."""
    rows = []
    for group, versions in registry.groups():
        kinds = [kind for kind in registry.kinds if kind.group == group and kind.version in versions]
        rows += [row(kind) for kind in sorted(kinds, key=lambda kind: kind.kind)]
    return HEAD + "\n".join(rows) + "\n" + TAIL


def row(kind: Kind) -> str:
    scope = "namespaced" if kind.namespaced else "cluster"
    cells = (
        kind.kind,
        f"`{kind.api_version}`",
        f"`{kind.plural}`",
        _listed(kind.short_names),
        scope if kind.stored else f"{scope}, answered",
        _listed(door.name for door in kind.subresources),
    )
    return "| " + " | ".join(cells) + " |"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


if __name__ == "__main__":
    sys.stdout.write(page(REGISTRY))
