"""Random work against a model of etcd of a few lines: every kept revision and every watch tells the same."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cluster.clock import VirtualClock
from cluster.etcd import catch_up, compact

from .conftest import ALICE, Store

KEYS = [f"/{letter}/{n}" for letter in "abc" for n in range(4)]
State = dict[str, tuple[str, int, int, int]]


class Model:
    """etcd as a list of states and a list of events. A state maps a key to (value, created, modified, version)."""

    def __init__(self) -> None:
        self.states: list[State] = [{}]
        self.events: list[tuple[str, str, str, int]] = []

    @property
    def revision(self) -> int:
        return len(self.states) - 1

    def apply(self, changes: list[tuple[str, str | None]]) -> None:
        """Puts (key, value) and deletions (key, None) at the next revision; nothing changed takes none."""
        state, revision = dict(self.states[-1]), self.revision + 1
        before = len(self.events)
        for key, value in changes:
            if value is not None:
                _, created, _, version = state.get(key, ("", revision, 0, 0))
                state[key] = (value, created, revision, version + 1)
                self.events.append(("PUT", key, value, revision))
            elif state.pop(key, None) is not None:
                self.events.append(("DELETE", key, "", revision))
        if len(self.events) > before:
            self.states.append(state)

    def modified(self, key: str) -> int:
        return self.states[-1].get(key, ("", 0, 0, 0))[2]

    def told(self, start: str, end: str, since: int) -> list[tuple[str, str, str, int]]:
        return [event for event in self.events if start <= event[1] < end and event[3] >= since]


class Walk:
    """One random walk through the API of etcd and through the model, side by side."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.model = Model()
        self.chance = VirtualClock(seed=seed).random
        self.compacted = 0

    async def burst(self) -> None:
        """Some writes at once: they are applied in the order in which they were sent."""
        sends = [self._one() for _ in range(self.chance.randint(1, 6))]
        for response in await asyncio.gather(*sends):
            assert response.status == 200, response.body.object

    def _one(self) -> Any:
        chance, key = self.chance, self.chance.choice(KEYS)
        value = str(chance.random())
        what = chance.randint(0, 3)
        if what == 0:
            self.model.apply([(key, value)])
            return self.store.send("Put", key=key, value=value.encode(), writer=ALICE)
        if what == 1:
            start, end = chance.choice([(key, ""), ("/a/", "/a0"), ("/b/1", "/b/3")])
            doomed = [name for name in KEYS if (start <= name < end if end else name == start)]
            self.model.apply([(name, None) for name in doomed])
            return self.store.send("DeleteRange", key=start, rangeEnd=end, writer=ALICE)
        other = chance.choice([name for name in KEYS if name != key])
        expected = self.model.modified(key) if chance.random() < 0.7 else 10_000
        right = expected != 10_000
        self.model.apply([(key, value), (other, None)] if right else [(other, value)])
        return self.store.send(
            "Txn",
            compare=[{"key": key, "target": "MOD", "result": "EQUAL", "modRevision": expected}],
            success=[
                {"requestPut": {"key": key, "value": value.encode()}},
                {"requestDeleteRange": {"key": other}},
            ],
            failure=[{"requestPut": {"key": other, "value": value.encode()}}],
            writer=ALICE,
        )

    async def maybe_compact(self) -> None:
        revision = self.chance.randint(0, self.model.revision)
        if revision > self.compacted and self.chance.random() < 0.3:
            await self.store.ask("Compact", revision=revision)
            self.compacted = revision

    async def check_state(self, revision: int) -> None:
        answer = await self.store.ask("Range", key="/", rangeEnd="0", revision=revision)
        found = {kv.key: (kv.value.decode(), kv.create_revision, kv.mod_revision, kv.version) for kv in answer["kvs"]}
        assert found == self.model.states[revision or -1]
        assert list(found) == sorted(found)


@pytest.mark.parametrize("seed", range(6))
async def test_every_revision_and_every_watch_agree_with_the_model(
    store: Store, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(catch_up, "PIECE", 7)
    monkeypatch.setattr(compact, "ROWS_AT_ONCE", 5)
    walk = Walk(store, seed)
    watches = []
    for step in range(25):
        if step % 4 == 0:
            since = walk.chance.randint(max(1, walk.compacted), walk.model.revision + 3)
            start, end = walk.chance.choice([("/", "0"), ("/b/", "/b0")])
            watches.append((await store.watch(start, end, since), start, end, since))
        await walk.burst()
        if step % 10 == 9:
            for stream, *_ in watches:
                stream.close()
            watches = []
            await walk.maybe_compact()
            await store.restart()
    for revision in range(max(1, walk.compacted), walk.model.revision + 1):
        await walk.check_state(revision)
    await walk.check_state(0)
    for stream, start, end, since in watches:
        assert await store.events(stream) == walk.model.told(start, end, since)
    assert (await store.ask("Status"))["header"]["revision"] == walk.model.revision
