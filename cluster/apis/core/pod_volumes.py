"""A pod's volumes: each has a name of its own and one source.

Simplified: sources that need a storage driver (csi, iscsi, rbd, …) are checked by their schema only.
Models: pkg/apis/core/validation/validation.go ValidateVolumes v1.37
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apis.core import pod_resources

MODE_MESSAGE = "must be a number between 0 and 0777 (octal), both inclusive"
HOST_PATH_TYPES = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip


def validate(volumes: Sequence[Obj], at: str, faults: list[FieldError]) -> set[str]:
    """The names of the volumes that are sound; the others' faults are added to `faults`."""
    found: set[str] = set()
    for index, volume in enumerate(volumes):
        where = f"{at}[{index}]"
        name, wrong = volume.get("name") or "", _source(volume, where)
        if not name:
            wrong.append(validation.required(f"{where}.name"))
        elif messages := names.dns1123_label(name):
            wrong += validation.each(f"{where}.name", name, messages)
        if name in found:
            wrong.append(validation.duplicate(f"{where}.name", name))
        if wrong:
            faults += wrong
        else:
            found.add(name)
    return found


def _source(volume: Obj, at: str) -> list[FieldError]:
    sources = [name for name, value in volume.items() if name != "name" and value is not None]
    faults: list[FieldError] = []
    if sources and (check := CHECKS.get(sources[0])):
        faults += check(volume[sources[0]], f"{at}.{sources[0]}")
    for extra in sources[1:]:
        faults.append(validation.forbidden(f"{at}.{extra}", "may not specify more than 1 volume type"))
    if not sources:
        faults.append(validation.required(at, "must specify a volume type"))
    return faults


def _needs(*fields: str) -> Callable[[Obj, str], list[FieldError]]:
    return lambda source, at: [validation.required(f"{at}.{field}") for field in fields if not source.get(field)]


def _empty_dir(source: Obj, at: str) -> list[FieldError]:
    limit = source.get("sizeLimit")
    return pod_resources.amount("memory", limit, f"{at}.sizeLimit") if limit is not None else []


def _host_path(source: Obj, at: str) -> list[FieldError]:
    path, kind = source.get("path") or "", source.get("type") or ""
    faults = no_steps_back(path, f"{at}.path") if path else [validation.required(f"{at}.path")]
    if kind not in HOST_PATH_TYPES:
        faults.append(validation.not_supported(f"{at}.type", kind, HOST_PATH_TYPES))
    return faults


def _files(name: str) -> Callable[[Obj, str], list[FieldError]]:
    """A Secret or ConfigMap as files; `name` is the field that names it."""

    def check(source: Obj, at: str) -> list[FieldError]:
        faults = [] if source.get(name) else [validation.required(f"{at}.{name}")]
        faults += _mode(source.get("defaultMode"), f"{at}.defaultMode")
        for index, item in enumerate(source.get("items") or ()):
            faults += _item(item, f"{at}.items[{index}]")
        return faults

    return check


def _item(item: Obj, at: str) -> list[FieldError]:
    faults = [] if item.get("key") else [validation.required(f"{at}.key")]
    path = item.get("path") or ""
    faults += local_path(path, f"{at}.path") if path else [validation.required(f"{at}.path")]
    if path.startswith("..") and not path.startswith("../") and path != "..":
        faults.append(validation.invalid(f"{at}.path", path, "must not start with '..'"))
    return faults + _mode(item.get("mode"), f"{at}.mode")


def _projected(source: Obj, at: str) -> list[FieldError]:
    faults = _mode(source.get("defaultMode"), f"{at}.defaultMode")
    for index, part in enumerate(source.get("sources") or ()):
        where = f"{at}.sources[{index}]"
        for kind in ("secret", "configMap"):
            if kind in part:
                faults += _files("name")(part[kind], f"{where}.{kind}")
        if (token := part.get("serviceAccountToken")) is not None:
            faults += _token(token, f"{where}.serviceAccountToken")
        if len(part) > 1:
            faults.append(validation.forbidden(where, "may not specify more than 1 volume type"))
    return faults


def _token(token: Obj, at: str) -> list[FieldError]:
    seconds, faults = token.get("expirationSeconds") or 0, []
    if seconds < 600:
        faults.append(
            validation.invalid(f"{at}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
        )
    if seconds > 1 << 32:
        faults.append(
            validation.invalid(
                f"{at}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"
            )
        )
    path = token.get("path") or ""
    return faults + (local_path(path, f"{at}.path") if path else [validation.required(f"{at}.path")])


def _mode(mode: int | None, at: str) -> list[FieldError]:
    return [validation.invalid(at, mode, MODE_MESSAGE)] if mode is not None and not 0 <= mode <= 0o777 else []


def local_path(path: str, at: str) -> list[FieldError]:
    """A path that stays below where it starts."""
    faults = [validation.invalid(at, path, "must be a relative path")] if path.startswith("/") else []
    return faults + no_steps_back(path, at)


def no_steps_back(path: str, at: str) -> list[FieldError]:
    return [validation.invalid(at, path, "must not contain '..'")] if ".." in path.split("/") else []


CHECKS: dict[str, Callable[[Obj, str], list[FieldError]]] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "secret": _files("secretName"),
    "configMap": _files("name"),
    "projected": _projected,
    "persistentVolumeClaim": _needs("claimName"),
    "nfs": _needs("server", "path"),
    "image": _needs("reference"),
}
