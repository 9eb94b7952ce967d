"""What a person makes of a held message: reads the wish, and the body that was typed."""

from __future__ import annotations

from typing import Any

import orjson

from cluster.wire import held
from cluster.wire.held import Verdict

MOST_SECONDS, LONGEST_BODY = 600.0, 1024 * 1024
HOWS = (held.RELEASE, held.DROP, held.DUPLICATE, held.DELAY, held.EDIT)


def verdict(how: str, by: str, seconds: float = 0.0, body: str = "") -> Verdict:
    """ValueError, in words, for what cannot be done."""
    if how not in HOWS:
        raise ValueError(f"a held message cannot be asked to {how}")
    if how == held.DELAY and not 0 < seconds <= MOST_SECONDS:
        raise ValueError(f"a delay is more than 0 and at most {MOST_SECONDS:g} seconds long")
    return Verdict(how, seconds, read(body) if how == held.EDIT else None, by)


def read(text: str) -> Any:
    """An object in JSON or YAML. ValueError for anything else."""
    if len(text) > LONGEST_BODY:
        raise ValueError("the body is too long")
    try:
        found = orjson.loads(text)
    except ValueError:
        found = _yaml(text)
    if not isinstance(found, dict | list):
        raise ValueError("the body must be an object in YAML or JSON")
    return found


def _yaml(text: str) -> Any:
    import yaml

    from cluster.kubectl import go_yaml

    try:
        documents = go_yaml.documents(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError(f"the body is no YAML: {' '.join(str(error).split())}") from error
    return documents[0] if len(documents) == 1 else None
