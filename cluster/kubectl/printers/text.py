"""YAML and JSON as kubectl prints them: keys sorted, managedFields left out.

Models: cli-runtime/pkg/printers/{yaml,json}.go and sigs.k8s.io/yaml
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from cluster.apimachinery.meta import Obj


class _Dumper(yaml.SafeDumper):
    """sigs.k8s.io/yaml's habits: no aliases, double quotes where a plain scalar would be misread, blocks for lines."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text:
        style = "|"
    elif dumper.resolve(yaml.ScalarNode, text, (True, False)) != "tag:yaml.org,2002:str" or text in (  # type: ignore[no-untyped-call]  # PyYAML
        "y",
        "n",
        "Y",
        "N",
    ):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def as_yaml(obj: Any) -> str:
    return yaml.dump(obj, Dumper=_Dumper, default_flow_style=False, sort_keys=True, width=10**9, allow_unicode=True)


def as_json(obj: Any) -> str:
    return json.dumps(obj, indent=4, ensure_ascii=False, sort_keys=True) + "\n"


def without_managed_fields(obj: Obj) -> Obj:
    metadata = obj.get("metadata")
    if isinstance(metadata, dict) and "managedFields" in metadata:
        obj = {**obj, "metadata": {key: value for key, value in metadata.items() if key != "managedFields"}}
    if isinstance(obj.get("items"), list):
        obj = {**obj, "items": [without_managed_fields(item) for item in obj["items"]]}
    return obj
