"""`manage.py cluster`: how fast messages and the clock go, breakpoints, and what is done with held messages."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from cluster.management.server import ask
from cluster.wire import held
from cluster.wire.pace import MODES

CONDITIONS = ("source", "target", "component", "kind", "namespace", "name", "labels", "verb")
NEEDS: dict[str, tuple[str, ...]] = {
    "network": ("node",),
    "power": ("node",),
    "stopped": ("component",),
    "slow": ("source", "target"),
    "etcd": (),
    "image": ("image",),
}
BREAK_WAYS = ("list", "add", "remove", "on", "off")


def add_arguments(verbs: Any) -> None:
    pace = verbs.add_parser("pace", help="how fast messages go: real, slow, step by step, or not at all")
    pace.add_argument("cluster")
    pace.add_argument("mode", choices=MODES, nargs="?")
    pace.add_argument("--seconds", type=float, default=0.8, help="what a message takes when slow (default 0.8)")
    pace.add_argument("--pod", default="", metavar="NAMESPACE/NAME", help="only the messages about this pod")
    clock = verbs.add_parser("clock", help="the cluster's clock, and what it will wake; make it faster, go forward")
    clock.add_argument("cluster")
    clock.add_argument("--rate", type=float, help="so many times real pace, 100 at most")
    clock.add_argument("--forward", type=float, metavar="SECONDS", help="go forward")
    clock.add_argument("--next", action="store_true", help="go forward to the next timer")
    clock.add_argument("--while-held", choices=("stands", "runs"), help="what it does while messages are held")
    _add_break(verbs)
    _add_faults(verbs)
    messages = verbs.add_parser("held", help="the held messages; do something with one")
    messages.add_argument("cluster")
    messages.add_argument("how", choices=("list", "next", *held.ALL), nargs="?", default="list")
    messages.add_argument("message", type=int, nargs="?")
    messages.add_argument("--seconds", type=float, default=5.0, help="for `delay` (default 5)")
    messages.add_argument("--file", type=Path, help="for `edit`: the new body in YAML or JSON; `-` is stdin")


def _add_faults(verbs: Any) -> None:
    faults = verbs.add_parser("faults", help="what is broken in a cluster")
    faults.add_argument("cluster")
    fault = verbs.add_parser(
        "fault",
        help="break something: network NODE, power NODE, stopped COMPONENT, slow FROM TO, etcd (it is full), image NAME",
    )
    fault.add_argument("cluster")
    fault.add_argument("kind", choices=tuple(NEEDS))
    fault.add_argument("what", nargs="*")
    fault.add_argument("--seconds", type=float, default=2.0, help="for `slow`: what a message takes (default 2)")
    mend = verbs.add_parser("mend", help="mend what `faults` tells, by id; `all` mends everything")
    mend.add_argument("cluster")
    mend.add_argument("fault", nargs="+")


def _add_break(verbs: Any) -> None:
    breaks: ArgumentParser = verbs.add_parser("break", help="breakpoints: list, add, remove, on, off")
    breaks.add_argument("cluster")
    breaks.add_argument("how", choices=BREAK_WAYS, nargs="?", default="list")
    breaks.add_argument("number", type=int, nargs="?", help="which one to remove or to switch on or off")
    breaks.add_argument("--step", type=int, help="a step of a pod's journey, 1 to 14")
    for name in CONDITIONS:
        breaks.add_argument(f"--{name}", dest=f"of_{name}")
    breaks.add_argument("--either-way", action="store_true", help="source and target may change places")
    breaks.add_argument("--once", action="store_true", help="it is gone after its first hit")


def pace(options: dict[str, Any], path: str) -> list[str]:
    if options["mode"]:
        body = {"mode": options["mode"], "seconds": options["seconds"], "pod": options["pod"]}
        ask(f"{path}pace/", "PUT", body)
    found = ask(f"{path}pace/")
    seconds = f", {found['seconds']:g} s a message" if found["mode"] == "slow" else ""
    return [f"{found['mode']}{seconds}{', only pod ' + found['pod'] if found['pod'] else ''}"]


def clock(options: dict[str, Any], path: str) -> list[str]:
    body: dict[str, Any] = {name: options[name] for name in ("rate", "forward") if options[name] is not None}
    if options["next"]:
        body["next"] = True
    if options["while_held"]:
        body["holds"] = options["while_held"] == "stands"
    found = ask(f"{path}time/", "PUT", body) if body else ask(f"{path}time/")
    state = "held" if not found["pace"] else f"{found['rate']:g} times real pace"
    lines = [f"{found['time']:.1f} seconds since 1970, {state}"]
    for each in found["timers"]:
        more = f" (and {each['alike']} more)" if each["alike"] else ""
        lines.append(f"in {each['seconds']:>8.1f} s  {each['component'] or '-'}: {each['what']}{more}")
    return lines


def breaks(options: dict[str, Any], path: str) -> list[str]:
    how, number = options["how"], options["number"]
    if how == "add":
        body = {name: options[f"of_{name}"] for name in CONDITIONS if options[f"of_{name}"] is not None}
        body |= {"either_way": options["either_way"], "once": options["once"]}
        if options["step"] is not None:
            body["step"] = options["step"]
        made = ask(f"{path}breakpoints/", "POST", body)
        return [f"breakpoint {made['id']}: {made['title']}"]
    if how == "list":
        return [
            f"{each['id']:>3}  {'on' if each['enabled'] else 'off':<3}  {each['matches']:>4} hits  {each['title']}"
            for each in ask(f"{path}breakpoints/")
        ] or ["no breakpoints"]
    if number is None:
        raise CommandError(f"which breakpoint shall be {how}? `break {options['cluster']} list` tells their numbers")
    if how == "remove":
        ask(f"{path}breakpoints/{number}/", "DELETE")
        return [f"breakpoint {number} removed"]
    ask(f"{path}breakpoints/{number}/", "PATCH", {"enabled": how == "on"})
    return [f"breakpoint {number} is {how}"]


def messages(options: dict[str, Any], path: str) -> list[str]:
    how, number = options["how"], options["message"]
    if how == "next":
        ask(f"{path}held/next/", "POST")
        return ["released"]
    if how == "list":
        return [
            f"{each['id']:>8}  {each['source']} → {each['target']}  {each['verb']} {each['path']}"
            for each in ask(f"{path}rules/")["held"]
        ] or ["nothing is held"]
    if number is None:
        raise CommandError("which message? `held` tells their numbers")
    body = {"how": how, "seconds": options["seconds"]}
    if how == held.EDIT:
        body["body"] = _typed(options["file"])
    ask(f"{path}held/{number}/", "POST", body)
    return [f"message {number}: {how}"]


def faults(options: dict[str, Any], path: str) -> list[str]:
    return [f"{each['id']:<40}  {each['words']}" for each in ask(f"{path}faults/")] or ["nothing is broken"]


def fault(options: dict[str, Any], path: str) -> list[str]:
    needs = NEEDS[options["kind"]]
    if len(options["what"]) != len(needs):
        raise CommandError(f"{options['kind']} needs: {' '.join(needs) or 'nothing more'}")
    body = {"kind": options["kind"], **dict(zip(needs, options["what"], strict=True))}
    if options["kind"] == "slow":
        body["seconds"] = options["seconds"]
    made = ask(f"{path}faults/", "POST", body)
    return [f"{made['id']}: {made['words']}"]


def mend(options: dict[str, Any], path: str) -> list[str]:
    wanted = [each["id"] for each in ask(f"{path}faults/")] if options["fault"] == ["all"] else options["fault"]
    for each in wanted:
        ask(f"{path}faults/{each}/", "DELETE")
    return [f"{each} mended" for each in wanted] or ["nothing is broken"]


def _typed(file: Path | None) -> str:
    if file is None:
        raise CommandError("`edit` needs --file with the new body")
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
