"""`kubectl create configmap`. Models: kubectl/pkg/cmd/create/create_configmap.go v1.37"""

from __future__ import annotations

import base64
from typing import Any

from cluster.kubectl import data_sources, submission
from cluster.kubectl.command import Command
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

CONFIG_MAPS = Resource("", "v1", "configmaps", "configmap", "ConfigMap", True)


async def run(invocation: Invocation) -> None:
    name = submission.name_argument(invocation)
    obj: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    for key, value in data_sources.collect(invocation, "ConfigMap", name).items():
        try:
            obj.setdefault("data", {})[key] = value.decode()
        except UnicodeDecodeError:
            obj.setdefault("binaryData", {})[key] = base64.b64encode(value).decode()
    await submission.submit(invocation, CONFIG_MAPS, obj, prefix="failed to create configmap")


COMMAND = Command(
    "configmap",
    "kubectl create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [options]",
    "Create a config map from a local file, directory or literal value",
    (*submission.FLAGS, *data_sources.FLAGS),
    run,
)
