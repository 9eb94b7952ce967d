"""`kubectl auth can-i`: whether an action is allowed, or all that are. Models: kubectl/pkg/cmd/auth/cani.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.kubectl.command import Command
from cluster.kubectl.describe.role import lines
from cluster.kubectl.describe.writer import go_list
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import table
from cluster.wire.message import Payload

Obj = dict[str, Any]
AUTHORIZATION = "authorization.k8s.io/v1"
VERBS = frozenset(
    ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate", "*",
     "approve", "sign", "escalate", "attest")
)  # fmt: skip
URL_VERBS = frozenset(("get", "put", "post", "head", "options", "delete", "patch", "*"))
FLAGS = (
    Flag("all-namespaces", BOOL, short="A", help="In all namespaces"),
    Flag("quiet", BOOL, short="q", help="Say nothing, the exit code tells"),
    Flag("subresource", help="The subresource"),
    Flag("list", BOOL, help="All that is allowed"),
    Flag("no-headers", BOOL, help="Leave the header line of the list out"),
)
TWO = "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples."


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    if flags["list"]:
        await _list(invocation)
        return
    if len(invocation.arguments) != 2:
        raise CommandError(TWO)
    verb, what = invocation.arguments
    if what.startswith("/"):
        if flags["subresource"]:
            raise CommandError("--subresource can not be used with NonResourceURL")
        _warn_of_verb(invocation, verb, URL_VERBS)
        spec: Obj = {"nonResourceAttributes": {"verb": verb, "path": what}}
    else:
        spec = {"resourceAttributes": await _attributes(invocation, verb, what)}
    if flags["no-headers"]:
        raise CommandError("--no-headers cannot be set without --list specified")
    status = (await _review(invocation, "SelfSubjectAccessReview", spec)).get("status") or {}
    if not flags["quiet"]:
        reasons = "".join(f" - {status[name]}" for name in ("reason", "evaluationError") if status.get(name))
        invocation.out("yes\n" if status.get("allowed") else f"no{reasons}\n")
    if not status.get("allowed"):
        raise CommandError("", 1)


async def _attributes(invocation: Invocation, verb: str, what: str) -> Obj:
    flags = invocation.flags
    kind, _, name = what.partition("/")
    group, plural = "", kind
    if kind != "*":
        resource = (await invocation.resources()).find(kind)
        if resource is None:
            _warn_of_kind(invocation, kind)
        else:
            group, plural = resource.group, resource.plural
            if not resource.namespaced and not flags["all-namespaces"]:
                where = f" in group '{group}'" if group else ""
                invocation.err(f"Warning: resource '{plural}' is not namespace scoped{where}\n\n")
    if not flags["all-namespaces"]:
        _warn_of_verb(invocation, verb, VERBS)
    namespace = "" if flags["all-namespaces"] else invocation.namespace
    found = {
        "namespace": namespace,
        "verb": verb,
        "group": group,
        "resource": plural,
        "subresource": flags["subresource"],
        "name": name,
    }
    return {key: value for key, value in found.items() if value}


def _warn_of_verb(invocation: Invocation, verb: str, known: frozenset[str]) -> None:
    if verb not in known:
        invocation.err(f"Warning: verb '{verb}' is not a known verb\n\n")


def _warn_of_kind(invocation: Invocation, kind: str) -> None:
    if kind in ("users", "groups"):
        return
    name, _, group = kind.partition(".")
    where = f" in group '{group}'" if group else ""
    invocation.err(f"Warning: the server doesn't have a resource type '{name}'{where}\n\n")


async def _review(invocation: Invocation, kind: str, spec: Obj) -> Obj:
    review = {"apiVersion": AUTHORIZATION, "kind": kind, "metadata": {}, "spec": spec}
    answer: Obj = await invocation.object("POST", f"/apis/{AUTHORIZATION}/{kind.lower()}s", body=Payload(object=review))
    return answer


async def _list(invocation: Invocation) -> None:
    flags = invocation.flags
    if invocation.arguments:
        raise CommandError("list option must be specified with no arguments")
    if flags["quiet"] or flags["all-namespaces"] or flags["subresource"]:
        raise CommandError("list option can't be specified with neither quiet, all-namespaces nor subresource options")
    review = await _review(invocation, "SelfSubjectRulesReview", {"namespace": invocation.namespace})
    status = review.get("status") or {}
    if status.get("incomplete"):
        invocation.err(f"Warning: the list may be incomplete: {status.get('evaluationError', '')}\n")
    writer = table.writer()
    if not flags["no-headers"]:
        writer.write("Resources\tNon-Resource URLs\tResource Names\tVerbs\n")
    rules = [*(status.get("resourceRules") or ()), *(status.get("nonResourceRules") or ())]
    for resource, urls, names, verbs in lines(rules):
        writer.write(f"{resource}\t{go_list(urls)}\t{go_list(names)}\t{go_list(verbs)}\n")
    invocation.out(writer.flush())


COMMAND = Command(
    "can-i",
    "kubectl auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]",
    "Check whether an action is allowed",
    FLAGS,
    run,
)
