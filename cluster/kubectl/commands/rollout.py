"""`kubectl rollout`: what its parts have in common. Models: kubectl/pkg/cmd/rollout/rollout.go v1.37"""

from __future__ import annotations

from cluster.kubectl.command import Command

COMMAND = Command(
    "rollout",
    "kubectl rollout SUBCOMMAND [options]",
    "Manage the rollout of one or many resources.",
    parts={
        "history": "rollout_history",
        "pause": "rollout_change:PAUSE",
        "restart": "rollout_change:RESTART",
        "resume": "rollout_change:RESUME",
        "status": "rollout_status",
        "undo": "rollout_undo",
    },
)
