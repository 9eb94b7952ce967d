"""`manage.py cluster VERB …`: the clusters of the running server, their components, pace, clock, breakpoints, snapshots
and keys.

Everything goes through the server's `/api/`; snapshots are files that it keeps in the data folder and that are copied
from and to where the person wants them.
"""

from __future__ import annotations

import os
import re
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cluster.kubeadm import backup
from cluster.management import interference
from cluster.management.server import ask

ROW = "{:<42} {:<9} {}"


class Command(BaseCommand):
    help = "Clusters: list, create, delete; components, pace, clock, breakpoints, snapshots of etcd, keys and links."
    requires_system_checks: list[str] = []  # Django's own declaration
    requires_migrations_checks = False

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        verbs.add_parser("list", help="the clusters")
        create = verbs.add_parser("create", help="make a cluster and start it")
        create.add_argument("cluster")
        create.add_argument("--mode", choices=("course", "upstream"), default="course")
        create.add_argument("--nodes", type=int, default=3, help="how many worker nodes (default 3)")
        create.add_argument(
            "--control-planes", type=int, choices=(1, 3), default=1, help="how many control-plane nodes (default 1)"
        )
        for name, text in {
            "delete": "stop a cluster and erase everything it kept",
            "components": "its components, whether they run, and how many journeys wait for each",
            "snapshots": "the snapshots of its etcd",
            "kubeconfig": "print a kubeconfig for it",
        }.items():
            verbs.add_parser(name, help=text).add_argument("cluster")
        for name in ("stop", "start"):
            verb = verbs.add_parser(name, help=f"{name} components: etcd, kubelet.worker-1, node.worker-1, …")
            verb.add_argument("cluster")
            verb.add_argument("component", nargs="+")
        for name, text in {
            "snapshot": "save the state of its etcd into a file",
            "restore": "put its etcd back to a file that `snapshot` saved",
        }.items():
            verb = verbs.add_parser(name, help=text)
            verb.add_argument("cluster")
            verb.add_argument("file", type=Path)
        interference.add_arguments(verbs)
        verbs.add_parser("login", help="print a fresh one-time link to the pages")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        for line in getattr(self, f"_{verb}")(options):
            self.stdout.write(line)

    # --- clusters --------------------------------------------------------------------------------------------------

    def _list(self, options: dict[str, Any]) -> list[str]:
        rows = [ROW.format(each["name"], each["mode"], ", ".join(each["stopped"]) or "-") for each in ask("clusters/")]
        return [ROW.format("NAME", "MODE", "STOPPED"), *rows]

    def _create(self, options: dict[str, Any]) -> list[str]:
        body = {"name": options["cluster"], "mode": options["mode"], "nodes": options["nodes"]}
        body["control_planes"] = options["control_planes"]
        ask("clusters/", "POST", body)
        return [f"cluster {options['cluster']} created"]

    def _delete(self, options: dict[str, Any]) -> list[str]:
        ask(_path(options), "DELETE")
        return [f"cluster {options['cluster']} deleted"]

    # --- components ------------------------------------------------------------------------------------------------

    def _components(self, options: dict[str, Any]) -> list[str]:
        rows = [
            ROW.format(each["id"], "running" if each["running"] else "stopped", each["backlog"])
            for each in ask(_path(options, "components/"))
        ]
        return [ROW.format("COMPONENT", "STATE", "BACKLOG"), *rows]

    def _stop(self, options: dict[str, Any]) -> list[str]:
        return [self._switch(options, component_id, running=False) for component_id in options["component"]]

    def _start(self, options: dict[str, Any]) -> list[str]:
        return [self._switch(options, component_id, running=True) for component_id in options["component"]]

    def _switch(self, options: dict[str, Any], component_id: str, *, running: bool) -> str:
        ask(_path(options, f"components/{component_id}/"), "PATCH", {"running": running})
        return f"{component_id} {'started' if running else 'stopped'}"

    # --- etcd ------------------------------------------------------------------------------------------------------

    def _snapshots(self, options: dict[str, Any]) -> list[str]:
        rows = [ROW.format(each["name"], each["size_bytes"], "") for each in ask(_path(options, "snapshots/"))]
        return [ROW.format("NAME", "BYTES", "").rstrip(), *(row.rstrip() for row in rows)]

    def _snapshot(self, options: dict[str, Any]) -> list[str]:
        target: Path = options["file"]
        if target.exists():
            raise CommandError(f"{target} exists already")
        name = _name_of(target)
        made = ask(_path(options, "snapshots/"), "POST", {"name": name})
        try:
            _copy(backup.path_of(settings.DATA_DIR, options["cluster"], name), target)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}") from error
        finally:
            ask(_path(options, f"snapshots/{name}/"), "DELETE")
        return [f"revision {made['revision']} saved in {target} ({made['size_bytes']} bytes)"]

    def _restore(self, options: dict[str, Any]) -> list[str]:
        source: Path = options["file"]
        ask(_path(options))
        name = _name_of(source)
        copy = backup.path_of(settings.DATA_DIR, options["cluster"], name)
        try:
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            copy.unlink(missing_ok=True)
            _copy(source, copy)
        except OSError as error:
            raise CommandError(f"{source} cannot be read: {error.strerror}") from error
        try:
            restored = ask(_path(options, f"snapshots/{name}/restore/"), "POST")
        finally:
            ask(_path(options, f"snapshots/{name}/"), "DELETE")
        return [f"cluster {options['cluster']} restored; it goes on at revision {restored['revision']}"]

    # --- watching and disturbing -----------------------------------------------------------------------------------

    def _pace(self, options: dict[str, Any]) -> list[str]:
        return interference.pace(options, _path(options))

    def _clock(self, options: dict[str, Any]) -> list[str]:
        return interference.clock(options, _path(options))

    def _break(self, options: dict[str, Any]) -> list[str]:
        return interference.breaks(options, _path(options))

    def _held(self, options: dict[str, Any]) -> list[str]:
        return interference.messages(options, _path(options))

    def _faults(self, options: dict[str, Any]) -> list[str]:
        return interference.faults(options, _path(options))

    def _fault(self, options: dict[str, Any]) -> list[str]:
        return interference.fault(options, _path(options))

    def _mend(self, options: dict[str, Any]) -> list[str]:
        return interference.mend(options, _path(options))

    # --- keys ------------------------------------------------------------------------------------------------------

    def _kubeconfig(self, options: dict[str, Any]) -> list[str]:
        return [ask(_path(options, "kubeconfig/"))["kubeconfig"].rstrip()]

    def _login(self, options: dict[str, Any]) -> list[str]:
        return [ask("login-link/", "POST")["link"]]


def _path(options: dict[str, Any], rest: str = "") -> str:
    return f"clusters/{options['cluster']}/{rest}"


def _copy(source: Path, target: Path) -> None:
    """For its owner's eyes only: a snapshot holds the cluster's secrets."""
    with (
        source.open("rb") as wanted,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
    ):
        shutil.copyfileobj(wanted, file)


def _name_of(file: Path) -> str:
    """A name that the server takes, made of a file's."""
    return f"command-{re.sub(r'[^a-z0-9]+', '-', file.name.lower()).strip('-')[:40] or 'file'}"
