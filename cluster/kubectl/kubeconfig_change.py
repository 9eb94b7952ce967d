"""Changes to a kubeconfig: its contexts, and any property by its dotted name.

Models: kubectl/pkg/cmd/config/{set,unset,navigation_step_parser}.go, client-go/tools/clientcmd/api/types.go v1.37
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from cluster.kubectl import flags, kubeconfig
from cluster.kubectl.errors import CommandError
from cluster.kubectl.kubeconfig import Config

TEXT, BYTES, FLAG = "string", "bytes", "bool"
FIELDS = {
    "clusters": {
        "server": TEXT, "tls-server-name": TEXT, "insecure-skip-tls-verify": FLAG, "certificate-authority": TEXT,
        "certificate-authority-data": BYTES, "proxy-url": TEXT, "disable-compression": FLAG,
    },
    "users": {
        "client-certificate": TEXT, "client-certificate-data": BYTES, "client-key": TEXT, "client-key-data": BYTES,
        "token": TEXT, "tokenFile": TEXT, "act-as": TEXT, "act-as-uid": TEXT, "username": TEXT, "password": TEXT,
    },
    "contexts": {"cluster": TEXT, "user": TEXT, "namespace": TEXT},
}  # fmt: skip
"""What an entry of each section may hold."""
ALWAYS: dict[str, Config] = {"clusters": {"server": ""}, "contexts": {"cluster": "", "user": ""}, "users": {}}
"""What an entry is written with even when it is empty."""
TOP, FIXED = ("current-context", "kind", "apiVersion"), ("kind", "apiVersion")
"""What else a kubeconfig has; what is written the same whatever is set."""


def with_entry(config: Config, section: str, name: str, entry: Config | None) -> Config:
    """The kubeconfig with the entry of that name as given, None for none; entries are in the order of their names."""
    word = section.removesuffix("s")
    kept = [each for each in config.get(section) or () if each.get("name") != name]
    if entry is not None:
        kept.append({"name": name, word: entry})
    return {**config, section: sorted(kept, key=lambda each: str(each["name"]))}


def with_property(config: Config, path: str, value: str | None, *, raw: bool = False) -> Config:
    """The kubeconfig with a property set, or unset for None. Raises CommandError."""
    section, *rest = path.split(".")
    if section in FIELDS:
        return _in_section(config, path, value, raw)
    if section not in TOP:
        raise CommandError(f"unable to parse {path} after [] at api.Config")
    if rest:
        raise CommandError(f"unable to parse one or more field values of {path}")
    return config if section in FIXED else {**config, section: value or ""}


def _in_section(config: Config, path: str, value: str | None, raw: bool) -> Config:
    section, *rest = path.split(".")
    if not rest:
        if value is None:
            return {**config, section: []}
        raise CommandError(_no_map(config, section))
    name, field = _entry_and_field(path)
    known = kubeconfig.named(config, section, name)
    if not field:
        if value is None:
            return with_entry(config, section, name, None)
        raise CommandError(_no_map(config, section))
    if known is None and value is None:
        raise CommandError(f"current map key `{name}` is invalid")
    entry: Config = {key: each for key, each in (known or {}).items() if key != field}
    if value is not None:
        entry[field] = _typed(FIELDS[section][field], value, raw)
    entry = ALWAYS[section] | entry
    return with_entry(config, section, name, entry)


def _entry_and_field(path: str) -> tuple[str, str]:
    """A name may hold dots: the first word after it that is a field ends it. Raises CommandError."""
    section, *words = path.split(".")
    at = next((index for index, word in enumerate(words) if index and word in FIELDS[section]), len(words))
    if at < len(words) - 1:
        raise CommandError(f"unable to parse one or more field values of {path}")
    return ".".join(words[:at]), words[at] if at < len(words) else ""


def _no_map(config: Config, section: str) -> str:
    names = " ".join(sorted(str(each["name"]) for each in config.get(section) or ()))
    return f"can't set a map to a value: map[{names}]"


def _typed(kind: str, value: str, raw: bool) -> Any:
    if kind == FLAG:
        if value not in flags.TRUE | flags.FALSE:
            raise CommandError(f'strconv.ParseBool: parsing "{value}": invalid syntax')
        return value in flags.TRUE
    if kind == BYTES:
        if raw:
            return base64.b64encode(value.encode()).decode()
        try:
            base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise CommandError(
                f"error decoding input value: illegal base64 data at input byte {_bad_at(value)}"
            ) from error
    return value


def _bad_at(text: str) -> int:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return next((at for at, letter in enumerate(text) if letter not in alphabet), len(text) // 4 * 4)
