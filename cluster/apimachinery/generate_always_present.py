"""Makes `always_present.json`: the fields that Kubernetes' JSON always carries, even when they are empty.

    python -m cluster.apimachinery.generate_always_present FOLDER_OF_k8s.io/api FOLDER_OF_k8s.io/apimachinery

The folders are those of the Go modules of the wanted minor (`go mod download -json k8s.io/api@v0.37.1` names them).
Facts only: from each `types.go` the JSON names of the fields that are not `omitempty`, and of those that are but hold
a struct by value (Go's `omitempty` never omits a struct): the latter are marked "?", for only a struct counts. A "*"
marks a pointer, whose empty value is null. `schema` turns them into zero values.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

STRUCT = re.compile(r"^type (\w+) struct \{(.*?)^\}", re.M | re.S)
FIELD = re.compile(r'^\s+(?:(\w+)\s+)?(\*?)((?:\[\]|map\[)?[\w.\[\]*]+)\s+`json:"([^"]*)"', re.M)
BUILT_IN = ("string", "bool", "int", "int32", "int64", "float64", "byte")


def fields_of(body: str, structs: dict[str, str]) -> list[str]:
    """The marked names of one struct, those of its inlined structs too."""
    found: list[str] = []
    for go_name, pointer, kind, tag in FIELD.findall(body):
        name, *options = tag.split(",")
        if name == "-":
            continue
        if not name and not go_name:
            inlined = kind.rpartition(".")[2]
            if inlined != "TypeMeta":
                found += fields_of(structs[inlined], structs)
        elif not {"omitempty", "omitzero"} & set(options):
            found.append(pointer + (name or go_name))
        elif "omitzero" not in options and not pointer and not kind.startswith(("[", "map[", "*", *BUILT_IN)):
            found.append(f"?{name or go_name}")
    return found


def structs_of(folder: Path) -> dict[str, str]:
    """name → body of the structs that types of this folder may inline: its own and those of the group's v1."""
    sources = [*folder.parent.glob("v1/*.go"), *folder.glob("*.go")]
    return {name: body for source in sources for name, body in STRUCT.findall(source.read_text())}


def present_in(root: Path, prefix: str) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for folder in sorted({source.parent for source in root.rglob("types.go")}):
        package = ".".join((prefix, *folder.relative_to(root).parts))
        structs = structs_of(folder)
        for name, body in structs.items():
            if found := fields_of(body, structs):
                table[f"{package}.{name}"] = found
    return table


def main(api: Path, apimachinery: Path) -> None:
    table = present_in(api, "io.k8s.api") | present_in(apimachinery, "io.k8s.apimachinery")
    target = Path(__file__).with_name("always_present.json")
    target.write_text(json.dumps(table, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
