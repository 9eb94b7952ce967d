"""Kept JSON takes the room of its text."""

import tracemalloc

from cluster.apimachinery import compact


def test_many_kept_texts_take_the_room_of_their_letters():
    value = {"name": "web", "labels": {"app": "web"}}
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = [compact.dumps(value) for _ in range(1000)]
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept[0] == b'{"name":"web","labels":{"app":"web"}}'
    assert (after - before) / len(kept) < 200
