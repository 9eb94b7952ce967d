"""Makes `enums.json`: the values that a field of a named string type may have.

    python -m cluster.apimachinery.generate_enums FOLDER_OF_k8s.io/api

The folder is that of the Go module of the wanted minor. Facts only: the types that are marked `+enum`, their constants'
values, and the fields of these types. OpenAPI tells of them; the package of definitions does not.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from cluster.apimachinery.generate_always_present import FIELD, STRUCT

ENUM = re.compile(r"^// \+enum\n(?://.*\n)*type (\w+) string", re.M)
VALUE = re.compile(r'((?:^\s*//.*\n)*)^\s*(?:const\s+)?(\w+)\s+(\w+)\s*=\s*"([^"]*)"', re.M)

Values = dict[str, str]


def enums_of(source: str) -> dict[str, Values]:
    """type → its values in order, with what the comment above each says of it."""
    found: dict[str, Values] = {name: {} for name in ENUM.findall(source)}
    for comment, constant, name, value in VALUE.findall(source):
        if name in found:
            found[name][value] = meaning(comment, constant)
    return {name: dict(sorted(values.items())) for name, values in found.items() if values}


def meaning(comment: str, constant: str) -> str:
    """The comment as one line, without the constant's own name before it and without what is meant for tools."""
    lines = (line.strip().removeprefix("//").strip() for line in comment.strip().splitlines())
    text = " ".join(line for line in lines if line and not line.startswith("+"))
    return text.removeprefix(constant).strip()


def table(root: Path) -> dict[str, dict[str, Values]]:
    core = enums_of((root / "core" / "v1" / "types.go").read_text())
    result: dict[str, dict[str, Values]] = {}
    for path in sorted(root.rglob("types.go")):
        source = path.read_text()
        known = {**{f"{alias}.{name}": values for name, values in core.items() for alias in ("v1", "corev1")}}
        known |= enums_of(source)
        package = ".".join(("io.k8s.api", *path.parent.relative_to(root).parts))
        structs = dict(STRUCT.findall(source))
        for name, body in structs.items():
            if fields := fields_of(body, structs, known):
                result[f"{package}.{name}"] = fields
    return result


def fields_of(body: str, structs: dict[str, str], known: dict[str, Values]) -> dict[str, Values]:
    """field → values, of one struct and of those inlined in it."""
    found: dict[str, Values] = {}
    for go_name, _, kind, tag in FIELD.findall(body):
        name = tag.split(",")[0]
        if not name and not go_name and kind in structs:
            found |= fields_of(structs[kind], structs, known)
        elif kind in known:
            found[name] = known[kind]
    return found


def main(api: Path) -> None:
    target = Path(__file__).with_name("enums.json")
    target.write_text(json.dumps(table(api), separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
