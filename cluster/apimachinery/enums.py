"""The values that fields of named string types may have, and what each means (`generate_enums`)."""

from __future__ import annotations

import functools
from pathlib import Path

import orjson

Meanings = dict[str, str]


@functools.lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Meanings]]:
    return orjson.loads(Path(__file__).with_name("enums.json").read_bytes())  # type: ignore[no-any-return]  # a JSON object


def of(definition: str) -> dict[str, Meanings]:
    """field → value → its meaning, "" for a value that explains itself; {} for a definition without such fields."""
    return _table().get(definition, {})
