"""Listeners of the wire. A listener that raises is logged and removed; it never breaks the run.

Models: trio/_core/_instrumentation.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from cluster.wire.hop import Hop

Listener = Callable[[Hop, str], None]

SENT = "sent"
FINISHED = "finished"
MOMENTS = (SENT, FINISHED)

logger = logging.getLogger(__name__)


class Instruments:
    """The listeners of one wire, by the moment that they wait for; with none, a hop pays one attribute look-up."""

    def __init__(self) -> None:
        self.sent: tuple[Listener, ...] = ()
        self.finished: tuple[Listener, ...] = ()

    def add(self, listener: Listener, moments: tuple[str, ...] = MOMENTS) -> Callable[[], None]:
        """Call `listener(hop, SENT | FINISHED)` for every hop from now on; the returned function ends that."""
        if SENT in moments:
            self.sent = (*self.sent, listener)
        if FINISHED in moments:
            self.finished = (*self.finished, listener)
        return lambda: self.remove(listener)

    def remove(self, listener: Listener) -> None:
        self.sent = tuple(other for other in self.sent if other != listener)
        self.finished = tuple(other for other in self.finished if other != listener)

    def tell(self, hop: Hop, moment: str) -> None:
        for listener in self.sent if moment is SENT else self.finished:
            try:
                listener(hop, moment)
            except Exception:
                logger.exception("a listener of the wire failed and was removed")
                self.remove(listener)
