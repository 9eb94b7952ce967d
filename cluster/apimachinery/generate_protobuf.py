"""Makes `protobuf_table.json`: the names, numbers and types of Kubernetes' protobuf messages.

    python -m cluster.apimachinery.generate_protobuf FOLDER_OF_k8s.io/api FOLDER_OF_k8s.io/apimachinery

The folders are those of the Go modules of the wanted minor (`go mod download -json k8s.io/api@v0.37.1` names them).
Taken are facts only: from each `generated.proto` the fields' numbers and types, from `types.go` their names in JSON,
whether a zero is told apart from nothing (pointers) and whether a message is inlined in JSON.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

MESSAGE = re.compile(r"^message (\w+) \{(.*?)^\}", re.M | re.S)
FIELD = re.compile(r"^  (optional|repeated|map<string, )\s*([\w.]+)>?\s+(\w+) = (\d+);", re.M)
STRUCT = re.compile(r"^type (\w+) struct \{(.*?)^\}", re.M | re.S)
GO_FIELD = re.compile(r'^\s+(?:\w+\s+)?(\*?)[\w.\[\]*]+\s+`json:"([^"]*)"\s+protobuf:"\w+,(\d+),', re.M)
SCALARS = {"string", "bytes", "bool", "int32", "int64", "uint32", "uint64", "double", "float", "sint64"}


def go_facts(folder: Path) -> dict[str, dict[int, tuple[bool, str]]]:
    """struct → number → (a zero is told apart, the name in JSON, "" where it is inlined)."""
    facts: dict[str, dict[int, tuple[bool, str]]] = {}
    for source in folder.glob("*.go"):
        for name, body in STRUCT.findall(source.read_text()):
            found = facts.setdefault(name, {})
            for pointer, tag, number in GO_FIELD.findall(body):
                found[int(number)] = (bool(pointer) or "omitempty" not in tag, tag.split(",")[0])
    return facts


def messages(root: Path, package_prefix: str) -> dict[str, dict[str, list[object]]]:
    table: dict[str, dict[str, list[object]]] = {}
    for proto in sorted(root.rglob("generated.proto")):
        package = package_prefix + "." + ".".join(proto.parent.relative_to(root).parts)
        facts = go_facts(proto.parent)
        for name, body in MESSAGE.findall(proto.read_text()):
            fields: dict[str, list[object]] = {}
            for how, kind, field, number in FIELD.findall(body):
                told_apart, json_name = facts.get(name, {}).get(int(number), (False, field))
                full = kind if kind in SCALARS else kind.lstrip(".") if kind.startswith(".") else f"{package}.{kind}"
                flags = {"repeated": "r", "map<string, ": "m"}.get(how, "") + ("z" if told_apart else "")
                fields[number] = [field if json_name == "-" else json_name, full, flags]
            table[f"{package}.{name}"] = fields
    return table


def main(api: Path, apimachinery: Path) -> None:
    table = messages(api, "k8s.io.api") | messages(apimachinery, "k8s.io.apimachinery")
    target = Path(__file__).with_name("protobuf_table.json")
    target.write_text(json.dumps(table, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
