"""Requests made from the API's own OpenAPI documents by schemathesis: well-formed ones, and ones that break the schema.

A long run: `python -m tests.fuzz --examples 50` (all groups of a fresh installation; `--only /apis/apps` for a part).
"""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import hypothesis
import schemathesis
from schemathesis import GenerationMode

from tests.installation import Installation

BASE = "/clusters/demo"
ANSWER_SECONDS = 10
ELSEWHERE = ("/proxy", "/exec", "/attach", "/portforward", "/log")
"""Doors behind which somebody else answers, who may be away."""
OWN_RIGHTS = "/apis/rbac.authorization.k8s.io/"
"""What it deletes there in earnest would be its own right to ask."""
LATER = (503, 504)
"""What a server may say of a version or a backend that is not there yet."""
SETTINGS = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(hypothesis.HealthCheck),
    "phases": (hypothesis.Phase.generate,),
    "derandomize": True,
}


class Fuzz:
    """Sends what schemathesis makes; `faults` are the answers that nobody should get."""

    def __init__(self, installed: Installation) -> None:
        self.installed = installed
        self.faults: list[str] = []
        self.answers: Counter[int] = Counter()
        self._line: http.client.HTTPSConnection | None = None
        self._names: dict[str, str] = {}
        self._count = 0

    def documents(self) -> Iterator[tuple[str, Any]]:
        """(path of a group and version, its OpenAPI document)"""
        for path in sorted(self.installed.kube("/openapi/v3")[1]["paths"]):
            if path.count("/") >= 1 and path != "version":
                yield f"/{path}", self.installed.kube(f"/openapi/v3/{path}")[1]

    def run(self, document: Any, examples: int, seconds: float = float("inf"), every: int = 1) -> None:
        """Some requests for each operation (of every n-th) of a document, until the time is over."""
        over = time.monotonic() + seconds
        schema = schemathesis.openapi.from_dict(document)
        schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
        for number, found in enumerate(schema.get_all_operations()):
            if number % every == 0 and time.monotonic() < over:
                self._operation(found.ok(), examples, over)

    def _operation(self, operation: Any, examples: int, over: float) -> None:
        def send(case: Any) -> None:
            if time.monotonic() < over:
                self.send(case)

        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            strategy = operation.as_strategy(generation_mode=mode)
            made = hypothesis.given(strategy)(send)
            try:
                hypothesis.settings(max_examples=examples, **SETTINGS)(made)()
            except hypothesis.errors.Unsatisfiable:
                continue  # there is nothing to break

    def send(self, case: Any) -> None:
        """Well-formed names mostly, that requests come beyond the routing."""
        path = case.path.replace("{namespace}", "default").replace("{name}", self._name(case.path))
        if case.path_parameters and len(self.answers) % 5 == 4:
            path = case.formatted_path
        query = [
            (name, each)
            for name, value in (case.query or {}).items()
            for each in (value if isinstance(value, list) else [value])
        ]
        query = [each for each in query if each[0] != "timeoutSeconds"] + [("timeoutSeconds", "1")]
        if case.method == "DELETE" and OWN_RIGHTS in path:
            query.append(("dryRun", "All"))
        text = urlencode([(name, str(value)) for name, value in query], errors="surrogatepass")
        body = b""
        if not isinstance(case.body, schemathesis.core.NotSet):
            body = (
                case.body
                if isinstance(case.body, bytes)
                else json.dumps(self._named(case.body), default=str).encode("utf-8", "surrogatepass")
            )
        media_type = case.media_type if case.media_type and "*" not in case.media_type else "application/json"
        headers = {"content-type": media_type} if body else {}
        self._ask(case.method, quote(path, safe="/%:@!$&'()*+,;=~", errors="surrogatepass") + f"?{text}", body, headers)

    def _name(self, path: str) -> str:
        """An object that is there, if one is."""
        collection = path.partition("/{name}")[0].replace("{namespace}", "default")
        if collection not in self._names:
            code, found = self.installed.kube(collection)
            items = (found.get("items") or []) if code == 200 else []
            self._names[collection] = items[0]["metadata"]["name"] if items else "nobody"
        return self._names[collection]

    def _named(self, body: Any) -> Any:
        """Every second object with a name that is good."""
        self._count += 1
        if isinstance(body, dict) and self._count % 2 and isinstance(body.get("metadata"), dict):
            return {**body, "metadata": {**body["metadata"], "name": f"fuzz-{self._count}", "namespace": "default"}}
        return body

    def _ask(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> None:
        line = self._line = self._line or http.client.HTTPSConnection(
            self.installed.https, timeout=ANSWER_SECONDS, context=self.installed.tls()
        )
        shown = f"{method} {target[:300]} {body[:300]!r}"
        try:
            line.request(method, BASE + target, body or None, headers)
            answer = line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._line = None
            line.close()
            self.faults.append(f"{shown}: {type(error).__name__} {error}")
            return
        self.answers[answer.status] += 1
        if target.partition("?")[0].endswith(ELSEWHERE):
            return
        if answer.status >= 500 and answer.status not in LATER:
            self.faults.append(f"{shown}: {answer.status} {content[:300]!r}")
        elif answer.status >= 400 and method != "HEAD" and b'"Status"' not in content:
            self.faults.append(f"{shown}: {answer.status} without a Status: {content[:100]!r}")

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
