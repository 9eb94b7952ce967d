"""`kubectl set`: parts of objects by name. Here: the image of containers. Models: kubectl/pkg/cmd/set/set.go v1.37"""

from __future__ import annotations

from cluster.kubectl.command import Command

COMMAND = Command(
    "set", "kubectl set SUBCOMMAND [options]", "Configure application resources.", parts={"image": "set_image"}
)
