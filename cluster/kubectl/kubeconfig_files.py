"""The files that a process's kubeconfig is read from, and written to.

The kubeconfig is that of --kubeconfig, else of KUBECONFIG, else the installation's own in KUBELEARN_DATA. A change goes
to the file that the changed entry came from; a new entry, and the current context, go to the first that can take it.

Models: client-go/tools/clientcmd/{loader,config}.go v1.37
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cluster.kubectl import kubeconfig
from cluster.kubectl.errors import CommandError

Config = dict[str, Any]


def paths(arguments: Sequence[str], environment: Mapping[str, str]) -> list[Path]:
    """The files that count. Raises CommandError for one that is named and is not there."""
    if named := _named(arguments):
        if not Path(named).exists():
            raise CommandError(f"stat {named}: no such file or directory")
        return [Path(named)]
    listed = [Path(each) for each in environment.get("KUBECONFIG", "").split(":") if each]
    return listed or [Path(environment.get("KUBELEARN_DATA", ".data")) / "kubeconfig"]


def _named(arguments: Sequence[str]) -> str:
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument.startswith("--kubeconfig="):
            return argument.partition("=")[2]
        if argument == "--kubeconfig" and at + 1 < len(arguments):
            return arguments[at + 1]
    return ""


def read(files: Sequence[Path]) -> Config:
    """The files as one kubeconfig. Raises CommandError."""
    return kubeconfig.merged([_read(path) for path in files if path.exists()])


def _read(path: Path) -> Config:
    import yaml

    try:
        found = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise CommandError(f"stat {path}: no such file or directory") from error
    except yaml.YAMLError as error:
        raise CommandError(f'error loading config file "{path}": {error}') from error
    return found if isinstance(found, dict) else {}


def write(files: Sequence[Path], config: Config) -> None:
    """Put what changed into the files that say it."""
    known = {path: _read(path) for path in files if path.exists()}
    changed = {path: {**each} for path, each in known.items()}
    target = next(iter(known), files[-1])
    changed.setdefault(target, {})
    _write_current(changed, config, target)
    for section in kubeconfig.SECTIONS:
        _write_section(changed, section, {each["name"]: each for each in config.get(section) or ()}, target)
    for path, each in changed.items():
        if each != known.get(path):
            _store(path, each)


def _write_current(files: dict[Path, Config], config: Config, target: Path) -> None:
    wanted = config.get("current-context") or ""
    holder = next((path for path, each in files.items() if each.get("current-context")), target)
    if wanted != (files[holder].get("current-context") or ""):
        files[holder] = {**files[holder], "current-context": wanted}


def _write_section(files: dict[Path, Config], section: str, wanted: Config, target: Path) -> None:
    """Each entry stays in the first file that names it; one that is gone goes from it; a new one goes to the target."""
    placed: set[str] = set()
    for path, config in files.items():
        entries = []
        for entry in config.get(section) or ():
            name = entry["name"]
            if name in placed:
                entries.append(entry)
            elif name in wanted:
                entries.append(wanted[name])
            placed.add(name)
        if path == target:
            later = {each["name"] for other in files.values() for each in other.get(section) or ()}
            entries += [entry for name, entry in wanted.items() if name not in later]
        if _by_name(entries) != _by_name(config.get(section) or []):
            files[path] = {**config, section: _by_name(entries)}


def _by_name(entries: list[Config]) -> list[Config]:
    return sorted(entries, key=lambda each: str(each["name"]))


def _store(path: Path, config: Config) -> None:
    from cluster.kubectl.printers import yaml

    whole: Config = {"apiVersion": "v1", "kind": "Config", "current-context": "", **config}
    for section in kubeconfig.SECTIONS:
        whole[section] = whole.get(section) or None
    if not whole.get("preferences"):
        whole.pop("preferences", None)
    waiting = path.with_name(path.name + ".lock")  # a reader never sees half a file, nor another its secrets
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(yaml.document(whole))
    waiting.replace(path)
