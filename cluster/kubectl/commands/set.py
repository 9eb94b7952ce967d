"""`kubectl set`: parts of objects by name. Models: kubectl/pkg/cmd/set/set.go v1.37"""

from __future__ import annotations

from cluster.kubectl.command import Command

COMMAND = Command(
    "set",
    "kubectl set SUBCOMMAND [options]",
    "Configure application resources.",
    parts={
        "env": "set_env",
        "image": "set_image",
        "resources": "set_resources:RESOURCES",
        "serviceaccount": "set_resources:SERVICE_ACCOUNT",
        "sa": "set_resources:SERVICE_ACCOUNT",
    },
)
