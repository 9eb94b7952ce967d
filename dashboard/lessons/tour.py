"""The first visit as data: where each step points, what it says, and the real thing that ends it.

`points` is a CSS selector of a live part of the page. `until` is "next" (the visitor goes on), "open <selector>" (a
dialog is opened), "made" (the cluster took the visitor's pod), or "step N" (that step of the pod's journey is done).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of the tour."""

    points: str
    words: str
    until: str = "next"


TOUR = (
    Stop("#diagram", gettext_noop("This is a Kubernetes cluster that runs now. "
        "Each box is a component; each moving dot is a message that one really sends to another. In two minutes a pod of your own will run here.")),
    Stop('.component[data-id="kube-apiserver"]', gettext_noop("The API server is the only door. Everybody asks here: you, and every other component.")),
    Stop('.component[data-id="etcd"]', gettext_noop("etcd is the memory. Only the API server reads and writes it; each write is a numbered revision.")),
    Stop("#create", gettext_noop("Now ask for a pod: press “Create”."), "open #create-dialog"),
    Stop("#pod-form button.main", gettext_noop("Give it a name, or keep this one, and send it. The form says just what kubectl would."), "made"),
    Stop('.component[data-id^="kube-scheduler"]', gettext_noop("Your pod is in etcd, with no node yet. "
        "The scheduler hears of it by its watch, compares the nodes, and binds it to one."), "step 8"),
    Stop(".node.pick, #nodes", gettext_noop("The kubelet of that node sees that the pod is its own, and asks the container runtime to build and start the container."), "step 11"),
    Stop("#story", gettext_noop("The kubelet tells the API server, the API server writes it down, and who watches is told: your pod runs. "
        "The Story keeps each of these steps; press one to open the message that it was.")),
)  # fmt: skip


def told() -> list[dict[str, str]]:
    """The steps in the reader's language."""
    return [{"points": each.points, "words": _(each.words), "until": each.until} for each in TOUR]
