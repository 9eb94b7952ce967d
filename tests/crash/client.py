"""A client of the campaign, a process of its own: writes and keeps account of what was acknowledged, or watches.

    python -m tests.crash.client write|watch <data folder> <https address> <name> <account file>

The account is a file of JSON lines. A writer whose request was not answered looks afterwards what became of it: the
whole write or none of it. Both go on through any number of crashes until the file <account>.stop exists.
"""

from __future__ import annotations

import http.client
import json
import random  # the client's own seed
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.installation import Installation

MAPS = "/api/v1/namespaces/default/configmaps"
MERGE = "application/merge-patch+json"
MOST_KEYS = 25
Known = tuple[str, str]
"""(resource version, what it holds)."""


class Unanswered(Exception):
    """The server died, or is not back yet."""


class Api:
    """One HTTPS connection that is opened again when it is lost."""

    def __init__(self, data: str, https: str) -> None:
        installed = Installation(Path(data).parent)
        installed.data, installed.https = Path(data), https
        self.https = https
        self.tls = installed.tls()
        self._connection: http.client.HTTPSConnection | None = None

    def open(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        try:
            if self._connection is None:
                self._connection = http.client.HTTPSConnection(self.https, timeout=20, context=self.tls)
            text = None if body is None else json.dumps(body)
            self._connection.request(method, f"/clusters/demo{path}", text, {"Content-Type": content_type})
            return self._connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered(str(error)) from error

    def ask(self, *request: Any) -> tuple[int, Any]:
        answer = self.open(*request)
        try:
            return answer.status, json.loads(answer.read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered(str(error)) from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Writer:
    """Creates, patches and deletes config maps of its own name; `known` is what it was promised."""

    def __init__(self, api: Api, name: str, tell: Callable[..., None]) -> None:
        self.api = api
        self.name = name
        self.tell = tell
        self.chance = random.Random(name)
        self.known: dict[str, Known] = {}
        self.count = 0

    def step(self) -> None:
        """One write; what is not answered is looked for."""
        self.count += 1
        mark = f"{self.name}-{self.count}"
        what = self.chance.choice(("create", "create", "patch", "patch", "delete"))
        key = self.chance.choice(sorted(self.known)) if self.known else ""
        if not key or (what == "create" and len(self.known) < MOST_KEYS):
            what, key = "create", mark
        elif what == "create":
            what = "patch"
        try:
            code, answer = self._send(what, key, mark)
        except Unanswered:
            self.look_for(what, key, mark)
            return
        assert code in (200, 201), (what, key, code, answer)
        self._promised(what, key, mark, answer)
        self.tell("acknowledged", what, key)

    def look_for(self, what: str, key: str, mark: str) -> None:
        """After a crash: everything promised is there, and the unanswered write is there whole or not at all."""
        found = self._all()
        kept = {name: known for name, known in found.items() if name != key}
        assert kept == {name: known for name, known in self.known.items() if name != key}, "a promise was broken"
        before, after = self.known.get(key), found.get(key)
        if after == before:
            self.tell("unanswered", "undone", key)
            return
        assert (after is None) == (what == "delete"), (what, before, after)
        if after is None:
            del self.known[key]
        else:
            assert after[1] == mark, (what, before, after)
            assert before is None or int(after[0]) > int(before[0])
            self.known[key] = after
        self.tell("unanswered", "done", key)

    def _send(self, what: str, key: str, mark: str) -> tuple[int, Any]:
        if what == "create":
            metadata = {"name": key, "labels": {"writer": self.name}}
            return self.api.ask("POST", MAPS, {"metadata": metadata, "data": {"mark": mark}})
        if what == "patch":
            return self.api.ask("PATCH", f"{MAPS}/{key}", {"data": {"mark": mark}}, MERGE)
        return self.api.ask("DELETE", f"{MAPS}/{key}")

    def _promised(self, what: str, key: str, mark: str, answer: Any) -> None:
        if what == "delete":
            del self.known[key]
        else:
            self.known[key] = (answer["metadata"]["resourceVersion"], mark)

    def _all(self) -> dict[str, Known]:
        while True:
            try:
                code, found = self.api.ask("GET", f"{MAPS}?labelSelector=writer%3D{self.name}")
            except Unanswered:
                time.sleep(0.02)
                continue
            assert code == 200, found
            return {
                each["metadata"]["name"]: (each["metadata"]["resourceVersion"], each["data"]["mark"])
                for each in found["items"]
            }


def watch(api: Api, tell: Callable[..., None], stopped: Callable[[], bool]) -> None:
    """Follow the config maps from revision to revision; a watch that ends is resumed at the last one seen."""
    version = ""
    while not stopped():
        try:
            if not version:
                version = api.ask("GET", MAPS)[1]["metadata"]["resourceVersion"]
                tell("from", version)
            answer = api.open("GET", f"{MAPS}?watch=true&allowWatchBookmarks=true&resourceVersion={version}")
            while line := answer.readline():
                event = json.loads(line)
                assert event["type"] != "ERROR", event
                version = event["object"]["metadata"]["resourceVersion"]
                if event["type"] != "BOOKMARK":
                    tell(event["type"], event["object"]["metadata"]["name"], int(version))
        except (Unanswered, OSError, ValueError, http.client.HTTPException):
            time.sleep(0.02)
        api.close()


def main(role: str, data: str, https: str, name: str, account: str) -> None:
    api, stop = Api(data, https), Path(f"{account}.stop")
    with open(account, "a", buffering=1) as file:

        def tell(*words: Any) -> None:
            file.write(json.dumps(words) + "\n")

        if role == "watch":
            watch(api, tell, stop.exists)
            return
        writer = Writer(api, name, tell)
        while not stop.exists():
            writer.step()
        writer.look_for("", "", "")
        tell("end", sorted(writer.known))


if __name__ == "__main__":
    main(*sys.argv[1:])
