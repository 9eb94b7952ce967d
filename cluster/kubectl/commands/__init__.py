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
    "cluster-info": "cluster_info",
    "cordon": "cordon:CORDON",
    "uncordon": "cordon:UNCORDON",
    "drain": "drain",
    "taint": "taint",
    "describe": "describe",
    "logs": "logs",
    "auth": "auth",
    "apply": "apply",
    "wait": "wait",
    "label": "label:LABEL",
    "annotate": "label:ANNOTATE",
    "api-resources": "api_resources",
    "api-versions": "api_versions",
    "config": "config",
    "version": "version",
}
"""Each command and its module, in the order of upstream's help."""

ELSEWHERE = (
    "edit", "autoscale", "certificate", "top", "attach", "exec", "port-forward", "proxy", "cp", "debug", "events", "diff",
    "patch", "replace", "kustomize", "completion", "alpha", "plugin", "options",
)  # fmt: skip
"""What the real kubectl has besides."""
