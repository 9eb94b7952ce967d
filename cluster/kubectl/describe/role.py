"""`kubectl describe role` and `clusterrole`: its rules, one line a resource.

Models: describe.go RoleDescriber, kubectl/pkg/util/rbac/rbac.go BreakdownRule, CompactRules v1.37
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe.writer import Writer, go_list
from cluster.kubectl.invocation import Invocation

Line = tuple[str, list[str], list[str], list[str]]


async def describe(invocation: Invocation, role: Obj) -> str:
    writer = Writer()
    writer.metadata(role["metadata"], namespaced=False)
    writer.put("PolicyRule:\n")
    writer.row("Resources", "Non-Resource URLs", "Resource Names", "Verbs")
    writer.row("---------", "-----------------", "--------------", "-----")
    for resource, urls, names, verbs in lines(role.get("rules") or ()):
        writer.row(resource, go_list(urls), go_list(names), go_list(verbs))
    return writer.text()


def lines(rules: list[Obj] | tuple[()]) -> list[Line]:
    """(resource, urls, names, verbs): rules taken apart, and put together where they differ in verbs alone."""
    verbs_of: dict[tuple[str, str, str], list[str]] = {}
    urls: list[tuple[str, str]] = []
    for rule in rules:
        verbs = rule.get("verbs") or ()
        for key in _simple(rule):
            known = verbs_of.setdefault(key, [])
            known += [verb for verb in verbs if verb not in known]
        urls += [(url, verb) for url in rule.get("nonResourceURLs") or () for verb in verbs]
    found = [
        (_order(verbs, [group], [resource], [name] if name else [], []), resource, group, name, "", verbs)
        for (group, resource, name), verbs in verbs_of.items()
    ]
    found += [(_order([verb], [], [], [], [url]), "", "", "", url, [verb]) for url, verb in urls]
    return [
        (_with_group(resource, group), [url] if url else [], [name] if name else [], verbs)
        for _, resource, group, name, url, verbs in sorted(found)
    ]


def _simple(rule: Obj) -> Iterator[tuple[str, str, str]]:
    """(group, resource, name) of each thing that a rule speaks of."""
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for name in rule.get("resourceNames") or ("",):
                yield group, resource, name


def _order(verbs: list[str], groups: list[str], resources: list[str], names: list[str], urls: list[str]) -> str:
    """Rules are sorted as upstream's text of them is: by their verbs first."""
    return (
        f"Verbs:{go_list(verbs)},APIGroups:{go_list(groups)},Resources:{go_list(resources)},"
        f"ResourceNames:{go_list(names)},NonResourceURLs:{go_list(urls)},"
    )


def _with_group(resource: str, group: str) -> str:
    """ "pods/log", "deployments.apps/scale"."""
    if not group:
        return resource
    name, slash, sub = resource.partition("/")
    return f"{name}.{group}{slash}{sub}"
