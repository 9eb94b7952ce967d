"""One command as it runs: its flags, its streams, its way to the API server.

Every request of a command goes through `request`, which adds the impersonation and the timeout that its flags ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cluster.apimachinery.status import ApiError
from cluster.client.rest import Client
from cluster.kubectl import kubeconfig, verbosity
from cluster.kubectl.errors import CommandError, usage_error
from cluster.kubectl.flags import Parsed, duration
from cluster.kubectl.resources import Resources
from cluster.kubectl.session import Read, Session, Write
from cluster.wire.conversation import Talk
from cluster.wire.message import NOTHING, Payload, Response

BAD_TIMEOUT = (
    "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding "
    "time unit (e.g. 1s | 2m | 3h)"
)


@dataclass(slots=True)
class Invocation:
    """`path` is the command as typed: "kubectl create deployment"."""

    session: Session
    path: str
    flags: Parsed
    out: Write
    err: Write
    stdin: Read
    _access: kubeconfig.Access | None = None
    _client: Client | None = None
    warned: set[str] = field(default_factory=set)

    @property
    def arguments(self) -> list[str]:
        return self.flags.arguments

    @property
    def access(self) -> kubeconfig.Access:
        if self._access is None:
            self._access = kubeconfig.access(self.session.config, self.flags)
        return self._access

    @property
    def client(self) -> Client:
        if self._client is None:
            self._client = self.session.connect(self.access)
        return self._client

    @property
    def namespace(self) -> str:
        return self.access.namespace

    @property
    def now(self) -> float:
        return self.session.clock.now()

    async def resources(self, *, anew: bool = False) -> Resources:
        """What the server offers, asked for once a session, or `anew`."""
        known = self.session.known.get(self.access.context)
        if known is None or anew:
            known = self.session.known[self.access.context] = Resources()
        if not known.known:
            await known.load(self._ask_as_oneself)
        return known

    async def request(
        self,
        verb: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: Payload = NOTHING,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Raises ApiError for a refusal, ConnectionLost when there is no answer. Prints the server's warnings."""
        sent = {**self.access.impersonate, **(headers or {})}
        client, limit, begun = self.client, self.timeout, self.now
        asking = client.request(verb, path, query=query, body=body, headers=sent)
        try:
            answer = await (self.session.clock.wait_for(asking, limit) if limit else asking)
        except ApiError as error:
            self._tell(verb, path, query, body, Response(error.code, Payload(object=error.status)), begun)
            raise
        self._tell(verb, path, query, body, answer, begun)
        self._warn(answer.headers.get("warning", ""))
        return answer

    async def converse(self, path: str, query: dict[str, str], protocols: tuple[str, ...]) -> Talk:
        """A request that goes on as a conversation. Raises as `request`."""
        return await self.client.converse(path, query, protocols, self.access.impersonate)

    async def _ask_as_oneself(self, verb: str, path: str, headers: dict[str, str]) -> Response:
        """Discovery is the same for all: it is asked, as from upstream's cache, without impersonation."""
        return await self.client.request(verb, path, headers=headers)

    async def object(self, verb: str, path: str, **more: Any) -> Any:
        """The object that a request answers."""
        return (await self.request(verb, path, **more)).body.object

    def usage_error(self, message: str) -> CommandError:
        return usage_error(self.path, message)

    @property
    def timeout(self) -> float:
        """Seconds that a request may take, 0 for as long as it needs. Raises CommandError."""
        text = self.flags["request-timeout"]
        if text in ("", "0"):
            return 0.0
        try:
            return float(text) if text.isdigit() else duration(text)
        except ValueError:
            raise CommandError(BAD_TIMEOUT) from None

    def _tell(
        self, verb: str, path: str, query: dict[str, str] | None, body: Payload, answer: Response, begun: float
    ) -> None:
        """What -v asks to be told of a request."""
        level = self.flags["v"]
        if level < verbosity.ANSWERS:
            return
        now = self.now
        url = self.access.server + path + (f"?{urlencode(query)}" if query else "")
        if level >= verbosity.BODIES:
            self.err(verbosity.body(begun, "Request Body", body.raw))
        self.err(verbosity.answer(now, verb, url, answer.status, now - begun))
        if level >= verbosity.BODIES and answer.stream is None:
            self.err(verbosity.body(now, "Response Body", answer.body.raw))

    def _warn(self, header: str) -> None:
        """Models: client-go/rest/warnings.go: each warning once"""
        for part in header.split('299 - "')[1:]:
            message = part.rpartition('"')[0].replace('\\"', '"')
            if message and message not in self.warned:
                self.warned.add(message)
                self.err(f"Warning: {message}\n")
