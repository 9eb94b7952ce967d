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

logger = logging.getLogger(__name__)


class Instruments:
    """The listeners of one wire; with none, telling them costs one attribute look-up."""

    def __init__(self) -> None:
        self.listeners: tuple[Listener, ...] = ()

    def add(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(hop, SENT | FINISHED)` for every hop from now on; the returned function ends that."""
        self.listeners = (*self.listeners, listener)
        return lambda: self.remove(listener)

    def remove(self, listener: Listener) -> None:
        self.listeners = tuple(other for other in self.listeners if other != listener)

    def tell(self, hop: Hop, moment: str) -> None:
        for listener in self.listeners:
            try:
                listener(hop, moment)
            except Exception:
                logger.exception("a listener of the wire failed and was removed")
                self.remove(listener)
