"""How the default roles write their rules. Models: pkg/apis/rbac/v1/helpers.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj

GROUP = "rbac.authorization.k8s.io"
READ = ["get", "list", "watch"]
WRITE = ["create", "delete", "deletecollection", "patch", "update"]
UPDATE = ["get", "list", "watch", "patch", "update"]
EVENTS = {"apiGroups": ["", "events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch", "update"]}
LABELS = {"kubernetes.io/bootstrapping": "rbac-defaults"}
ANNOTATIONS = {"rbac.authorization.kubernetes.io/autoupdate": "true"}


def rule(group: str, resources: str, verbs: list[str] | str) -> Obj:
    """`resources` and `verbs` may be one text with blanks."""
    found = verbs.split() if isinstance(verbs, str) else verbs
    return {"apiGroups": [group], "resources": resources.split(), "verbs": found}


def urls(paths: str, verbs: str = "get") -> Obj:
    return {"nonResourceURLs": paths.split(), "verbs": verbs.split()}
