"""What a person makes of a held message: reads the wish, and the body that was typed."""

from __future__ import annotations

from typing import Any

import orjson

from cluster.apimachinery import protobuf
from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.wire import held
from cluster.wire.held import Verdict
from cluster.wire.hop import Hop
from dashboard.presenters import diagram

MOST_SECONDS, LONGEST_BODY = 600.0, 1024 * 1024
SHOWN, LONGEST_WORDS = 5, 500
HOWS = held.ALL


def verdict(how: str, by: str, seconds: float = 0.0, body: str = "") -> Verdict:
    """ValueError, in words, for what cannot be done."""
    if how not in HOWS:
        raise ValueError(f"a held message cannot be asked to {how}")
    if how == held.DELAY and not 0 < seconds <= MOST_SECONDS:
        raise ValueError(f"a delay is more than 0 and at most {MOST_SECONDS:g} seconds long")
    return Verdict(how, seconds, read(body) if how == held.EDIT else None, by)


def one(cluster: RunningCluster, number: int) -> dict[str, Any]:
    """A held message with what can be done with it and its body, decoded. KeyError when it is not held."""
    hop = cluster.wire.control.held[number]
    return {"hop": query.as_dict(hop), "ways": held.ways(hop), "body": body_of(hop)}


def text_of(body: Any) -> str:
    """A body as YAML, for a person to change."""
    from cluster.kubectl.printers import yaml

    return yaml.document(body)


def body_of(hop: Hop) -> Any:
    """What a hop carries: the answer's body where it is one."""
    payload = hop.response if hop.answers else hop.request
    raw = payload.raw if payload else b""
    if raw.startswith(protobuf.MAGIC):
        return protobuf.decode(raw)
    return query.body_of(payload)


def acted(cluster: RunningCluster) -> list[list[Any]]:
    """What became of the messages that somebody changed, oldest first: id, source, target, label, outcome, what was
    done, and the answer's words."""
    return [
        [hop.id, hop.source, hop.target, diagram.label(hop), hop.outcome, hop.touched, _said(hop)]
        for hop in list(cluster.wire.control.acted)[-SHOWN:]
    ]


def _said(hop: Hop) -> str:
    """Why it was refused, in the answer's words."""
    if not hop.outcome.isdigit() or int(hop.outcome) < 400:
        return ""
    body = hop.response.object
    return str(body.get("message") or body.get("error") or "")[:LONGEST_WORDS] if isinstance(body, dict) else ""


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
