"""A message that a component could send, described by who sends it, to whom and what: a choice of a prediction. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cluster.wire.component import is_client

Hop = dict[str, Any]
CLIENT = "client"
STORED_AS = {"minions": "nodes", "specs": "services"}
"""Under these names etcd keeps what the API calls otherwise."""
WRITES = ("POST", "PUT", "PATCH", "DELETE")
SAID = {
    "Txn": gettext_noop("write down {what}"),
    "Range": gettext_noop("read {what}"),
    "GET": gettext_noop("ask for {what}"),
    "POST": gettext_noop("create {what}"),
    "PUT": gettext_noop("replace {what}"),
    "PATCH": gettext_noop("change {what}"),
    "DELETE": gettext_noop("delete {what}"),
    "WATCH": gettext_noop("news of {what}"),
    "Dequeue": gettext_noop("take {what} from the queue"),
    "Decide": gettext_noop("choose a node for {what}"),
    "Connect": gettext_noop("pass on a packet for {what}"),
    "admit": gettext_noop("may {what} be?"),
    "binding": gettext_noop("bind {what} to a node"),
    "status": gettext_noop("tell the status of {what}"),
}
ANSWER, NOTHING_FOLLOWS = gettext_noop("answer"), gettext_noop("nothing: nobody sends anything because of this message")


@dataclass(frozen=True, slots=True)
class Move:
    """`source` and `target` are roles ("kubelet"); `act` is the verb, or what says more than it (`act_of`); `resource`
    "" stands for any. `misconception` is the name of the one that believes in it, "" of a message that was really seen
    or may come."""

    source: str
    target: str
    act: str
    resource: str = ""
    answers: bool = False
    misconception: str = ""

    def matches(self, hop: Hop) -> bool:
        """Is `hop` that message?"""
        return bool(
            self.source == role(hop["source"])
            and self.target == role(hop["target"])
            and self.answers == bool(hop["answers"])
            and (self.act == act_of(hop) or self.answers)
            and self.resource in ("", resource_of(hop))
        )

    def words(self, what: str) -> str:
        """What it says, of the object `what`."""
        if not self.source:
            return _(NOTHING_FOLLOWS)
        if self.answers:
            return _(ANSWER)
        return _(SAID[self.act]).format(what=what) if self.act in SAID else f"{self.act} {what}"


NOTHING = Move("", "", "")


def of(hop: Hop) -> Move:
    """The move that a message was."""
    return Move(role(hop["source"]), role(hop["target"]), act_of(hop), resource_of(hop), bool(hop["answers"]))


def role(component_id: str) -> str:
    """ "kubelet" of "kubelet.worker-1"; whoever is no part of the cluster is a client."""
    return CLIENT if is_client(component_id) else component_id.partition(".")[0]


def act_of(hop: Hop) -> str:
    """The verb, or the note's name, or what a request is for: a binding, a status, a question whether it may be."""
    if hop["verb"] == "NOTE":
        return str(hop["detail"])
    if hop["path"].startswith("/admit"):
        return "admit"
    if hop["path"].endswith("/binding"):
        return "binding"
    return "status" if hop["verb"] in WRITES and hop["path"].endswith("/status") else str(hop["verb"])


def resource_of(hop: Hop) -> str:
    plural = str(hop["subject"]["resource"])
    return STORED_AS.get(plural, plural)


def follows(hop: Hop, held: Hop, question: Hop | None) -> bool:
    """Was `hop` sent because of `held`: by who got it, and for the same cause? `question` is what `held` answers."""
    if hop["id"] == held["id"] or hop["source"] != held["target"]:
        return False
    causes = {held["id"], held["cause"], question["cause"] if question else 0} - {0}
    return hop["cause"] in causes or (hop["answers"] in causes and bool(hop["answers"]))
