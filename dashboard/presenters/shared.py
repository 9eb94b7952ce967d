"""What many viewers ask for at once is read once for all of them.

Each request draws a number when it arrives, each reading one when it begins. A reading that began after a request
arrived holds all that this request may expect: it is its answer too. So whoever waits for a reading under way shares
the next one, however many they are, and no answer is older than its question.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

MOST_KEPT = 64
ASKED = "kubelearn.asked"
"""Where an ASGI scope has its request's number."""

numbers = itertools.count(1)


class _Reading:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.began = 0
        self.value = ""


class Shared:
    """The last readings by what was asked; those asked for longest ago are forgotten."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self._most_kept = most_kept
        self._lock = threading.Lock()
        self._readings: OrderedDict[Hashable, _Reading] = OrderedDict()

    def read(self, key: Hashable, asked: int, make: Callable[[], str]) -> str:
        """`make()`, or what another's `make()` of the same `key` found that began after number `asked`."""
        reading = self._reading(key)
        with reading.lock:
            if reading.began <= asked:
                began = next(numbers)
                reading.value = make()
                reading.began = began
            return reading.value

    def _reading(self, key: Hashable) -> _Reading:
        with self._lock:
            reading = self._readings.setdefault(key, _Reading())
            self._readings.move_to_end(key)
            while len(self._readings) > self._most_kept:
                self._readings.popitem(last=False)
            return reading


SHARED = Shared()
