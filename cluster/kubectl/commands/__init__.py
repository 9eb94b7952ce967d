"""One module a command: its options and what it does. Models: staging/src/k8s.io/kubectl/pkg/cmd"""

COMMANDS = {
    "create": "create",
    "expose": "expose",
    "run": "run",
    "set": "set",
    "explain": "explain",
    "get": "get",
    "delete": "delete",
    "rollout": "rollout",
    "scale": "scale",
    "autoscale": "autoscale",
    "certificate": "certificate",
    "cluster-info": "cluster_info",
    "cordon": "cordon:CORDON",
    "uncordon": "cordon:UNCORDON",
    "drain": "drain",
    "taint": "taint",
    "describe": "describe",
    "logs": "logs",
    "attach": "attach",
    "exec": "exec",
    "auth": "auth",
    "events": "events",
    "diff": "diff",
    "apply": "apply",
    "patch": "patch",
    "replace": "replace",
    "wait": "wait",
    "label": "label:LABEL",
    "annotate": "label:ANNOTATE",
    "api-resources": "api_resources",
    "api-versions": "api_versions",
    "config": "config",
    "version": "version",
}
"""Each command and its module, in the order of upstream's help."""

UPSTREAM = (
    "create", "expose", "run", "set", "explain", "get", "edit", "delete", "rollout", "scale", "autoscale", "certificate",
    "cluster-info", "top", "cordon", "uncordon", "drain", "taint", "describe", "logs", "attach", "exec", "port-forward",
    "proxy", "cp", "auth", "debug", "events", "diff", "apply", "patch", "replace", "wait", "kustomize", "label", "annotate",
    "completion", "alpha", "api-resources", "api-versions", "config", "plugin", "version", "options",
)  # fmt: skip
"""What the real kubectl has, in its own order."""
ELSEWHERE = tuple(name for name in UPSTREAM if name not in COMMANDS)
