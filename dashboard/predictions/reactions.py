"""What a component does when it gets a message, as data: the real moves that a prediction offers before any was seen.

Not a list of steps: a rule speaks of the message's receiver, of what it is asked, and of what kind of object. Where
the cluster has seen such a message before, what really followed is offered first (`dashboard.presenters.predicting`).
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.journeys.steps import API, ETCD, KUBELET, MANAGER, RUNTIME, SCHEDULER
from dashboard.predictions.move import CLIENT, NOTHING, WRITES, Move

OWNERS = ("deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "replicationcontrollers")
ADMITTED = "pods"


@dataclass(frozen=True, slots=True)
class Reaction:
    """`of` gets a message whose act is one of `acts` (empty: any) about one of `about` (empty: any), itself an answer
    or not; it then sends `move` ("sender" as its target stands for who sent it; a move's resource "" is the message's)."""

    of: str
    acts: tuple[str, ...]
    move: Move
    answers: bool = False
    about: tuple[str, ...] = ()
    mode: str = ""


SENDER = "sender"
_ANSWER = Move("", SENDER, "", answers=True)
REACTIONS = (
    Reaction(API, ("POST",), Move(API, MANAGER, "admit"), about=(ADMITTED,), mode="course"),
    Reaction(API, ("POST",), Move(API, ETCD, "Txn"), about=(ADMITTED,), mode="upstream"),
    Reaction(API, (*WRITES, "binding", "status"), Move(API, ETCD, "Txn")),
    Reaction(API, ("GET",), _ANSWER),
    Reaction(API, ("admit",), Move(API, ETCD, "Txn"), answers=True),
    Reaction(API, ("Txn",), Move(API, CLIENT, "", answers=True), answers=True),
    Reaction(API, ("WATCH",), Move(API, SCHEDULER, "WATCH"), about=("pods", "nodes")),
    Reaction(API, ("WATCH",), Move(API, MANAGER, "WATCH")),
    Reaction(ETCD, ("Txn",), Move(ETCD, API, "WATCH")),
    Reaction(ETCD, ("Txn", "Range"), _ANSWER),
    Reaction(MANAGER, ("admit",), _ANSWER),
    Reaction(MANAGER, ("WATCH",), Move(MANAGER, API, "POST"), about=OWNERS),
    Reaction(SCHEDULER, ("WATCH",), Move(SCHEDULER, SCHEDULER, "Dequeue"), about=("pods",)),
    Reaction(SCHEDULER, ("Dequeue",), Move(SCHEDULER, SCHEDULER, "Decide")),
    Reaction(SCHEDULER, ("Decide",), Move(SCHEDULER, API, "binding")),
    Reaction(KUBELET, ("WATCH",), Move(KUBELET, RUNTIME, "RunPodSandbox"), about=("pods",)),
    Reaction(KUBELET, ("RunPodSandbox",), Move(KUBELET, RUNTIME, "PullImage"), answers=True),
    Reaction(KUBELET, ("PullImage",), Move(KUBELET, RUNTIME, "CreateContainer"), answers=True),
    Reaction(KUBELET, ("CreateContainer",), Move(KUBELET, RUNTIME, "StartContainer"), answers=True),
    Reaction(KUBELET, ("StartContainer",), Move(KUBELET, API, "status"), answers=True),
    Reaction(RUNTIME, (), _ANSWER),
    Reaction(CLIENT, (), NOTHING),
)


def moves(message: Move, mode: str) -> list[Move]:
    """What its receiver may do about `message`; the first is the likeliest."""
    found = []
    for each in REACTIONS:
        fits = each.of == message.target and (not each.acts or message.act in each.acts)
        if (
            fits
            and each.answers in (message.answers, each.of == CLIENT)
            and each.mode in ("", mode)
            and (not each.about or message.resource in each.about)
        ):
            found.append(_of(each, message))
    return found


def _of(reaction: Reaction, message: Move) -> Move:
    move = reaction.move
    if move is NOTHING:
        return move
    target = message.source if move.target == SENDER else move.target
    resource = "" if move.answers or move.act == "POST" else move.resource or message.resource
    return Move(reaction.of, target, move.act, resource, move.answers)
