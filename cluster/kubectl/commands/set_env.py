"""`kubectl set env`: environment variables of containers. Models: kubectl/pkg/cmd/set/set_env.go v1.37

Simplified: no --from, no --resolve.
"""

from __future__ import annotations

import re
from typing import Any

from cluster.kubectl.builder import Info
from cluster.kubectl.command import Command
from cluster.kubectl.commands import set_pod_spec
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation

Variable = dict[str, Any]
NAME = re.compile(r"[ -<>-~]+")
FLAGS = (
    *set_pod_spec.FLAGS,
    set_pod_spec.CONTAINERS,
    Flag("env", ARRAY, short="e", help="A variable as NAME=value"),
    Flag("list", BOOL, help="Show the variables"),
    Flag("overwrite", BOOL, default=True, help="Let new values replace old ones"),
)


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    words, texts = _split(invocation.arguments)
    if not words and not flags["filename"]:
        raise CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if flags["list"] and flags["output"]:
        raise CommandError("--list and --output may not be specified together")
    new, removed = _parsed(invocation, [*flags["env"], *texts])
    infos = await set_pod_spec.found(invocation, words)
    pattern = flags["containers"]
    for info in infos:
        if not set_pod_spec.fits(set_pod_spec.spec_of(info), pattern):
            told = f'{info.resource.kind}/{info.name} does not have any containers matching "{pattern}"'
            invocation.err(f"Warning: {told}\n")
        elif flags["list"]:
            _list(invocation, info, (new, removed))

    def change(spec: Variable) -> Variable:
        return set_pod_spec.with_containers(spec, pattern, lambda each: _with_env(invocation, each, new, removed))

    if not flags["list"]:
        await set_pod_spec.update(
            invocation, infos, change, operation="env updated", what="env update to pod template:"
        )


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Resources first, then variables. Raises CommandError."""
    words: list[str] = []
    texts: list[str] = []
    for text in arguments:
        if "=" in text or text.endswith("-"):
            texts.append(text)
        elif texts:
            told = "all resources must be specified before environment changes"
            raise CommandError(f"{told}: {' '.join(arguments)}")
        else:
            words.append(text)
    return words, texts


def _parsed(invocation: Invocation, texts: list[str]) -> tuple[list[Variable], list[str]]:
    new: dict[str, Variable] = {}
    removed: list[str] = []
    for text in texts:
        name, equals, value = text.partition("=")
        if text == "-":
            for line in invocation.stdin().splitlines():
                key, found, read = line.partition("#")[0].partition("=")
                if found:
                    new[key] = {"name": key, "value": read}
        elif equals:
            if not NAME.fullmatch(name):
                raise CommandError(f'"{name}" is not a valid key name: environment variable name must not be empty')
            new[name] = {"name": name, "value": value}
        elif text.endswith("-"):
            removed.append(text[:-1])
        else:
            raise CommandError(f"unknown environment variable: {text}")
    if any(name in new for name in removed):
        raise CommandError("can not both modify and remove the same environment variable in the same command")
    return list(new.values()), removed


def _with_env(invocation: Invocation, container: Variable, new: list[Variable], removed: list[str]) -> Variable:
    before = container.get("env") or []
    if not invocation.flags["overwrite"]:
        for each in before:
            if any(each["name"] == variable["name"] and each.get("value") != variable["value"] for variable in new):
                told = f"'{each['name']}' already has a value ({each.get('value', '')})"
                raise CommandError(f"{told}, and --overwrite is false")
    by_name = {variable["name"]: variable for variable in new}
    kept = [by_name.pop(each["name"], each) for each in before if each["name"] not in removed]
    after = [*kept, *by_name.values()]
    changed = {key: value for key, value in container.items() if key != "env"}
    return {**changed, "env": after} if after else changed


def _list(invocation: Invocation, info: Info, change: tuple[list[Variable], list[str]]) -> None:
    spec = set_pod_spec.spec_of(info)
    shown = set_pod_spec.with_containers(
        spec, invocation.flags["containers"], lambda each: _with_env(invocation, each, *change)
    )
    for part in set_pod_spec.LISTS:
        for container in shown.get(part) or ():
            invocation.out(f"# {info.resource.kind} {info.name}, container {container['name']}\n")
            for variable in container.get("env") or ():
                invocation.out(_shown(variable))


def _shown(variable: Variable) -> str:
    source = variable.get("valueFrom")
    if not source:
        return f"{variable['name']}={variable.get('value', '')}\n"
    if key := source.get("configMapKeyRef"):
        told = f"configmap {key.get('name', '')}, key {key['key']}"
    elif key := source.get("secretKeyRef"):
        told = f"secret {key.get('name', '')}, key {key['key']}"
    elif field := source.get("fieldRef"):
        told = f"field path {field['fieldPath']}"
    else:
        amount = source.get("resourceFieldRef") or {}
        owner = f"{amount['containerName']}/" if amount.get("containerName") else ""
        told = f"resource field {owner}{amount.get('resource', '')}"
    return f"# {variable['name']} from {told}\n"


COMMAND = Command(
    "env",
    "kubectl set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N [options]",
    "Update environment variables on a pod template",
    FLAGS,
    run,
)
