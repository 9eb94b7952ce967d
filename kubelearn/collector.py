"""The garbage collector, set up for what lives here: a great many objects that stay and hold no cycles.

Python looks for cycles after every 700 new objects; a pod makes thousands, and nearly all of them stay or are freed
without the collector. Measured with 1,000 pods: a fifth of all CPU went into looking. So it looks a hundred times less
often, and what is there after the start is never looked at again.
"""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 10


def calm() -> None:
    """Collect once, leave out what is there from now on, and look rarely at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
