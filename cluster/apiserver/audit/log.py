"""The log itself: a JSON line an event, in a file that is turned over when it is full.

What a Secret holds, and tokens, are masked, which upstream leaves to the policy.
Models: apiserver/pkg/audit/{request,types}.go, plugin/pkg/audit/log/backend.go v1.37
"""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from cluster.apimachinery.meta import Obj
from cluster.apiserver.audit import policy as policies
from cluster.apiserver.audit.policy import API_VERSION, COMPLETE, METADATA, NONE, RECEIVED, REQUEST_RESPONSE, STARTED
from cluster.apiserver.authn.user import User
from cluster.apiserver.call import Call
from cluster.clock import Clock, rfc3339_micro
from cluster.wire.message import Response

LARGEST_FILE_BYTES = 10 * 1024 * 1024
FILES_KEPT = 5
HEADER = "audit-id"
MASKED = "<masked>"
SECRET_FIELDS = ("data", "stringData")
TOKEN_KINDS = frozenset({"TokenRequest", "TokenReview"})
DECISION, REASON = "authorization.k8s.io/decision", "authorization.k8s.io/reason"


class AuditLog:
    """One API server's log, by one policy."""

    def __init__(self, policy: Obj, clock: Clock, file: File) -> None:
        self.policy = policy
        self.clock = clock
        self.file = file
        self.events = 0

    def begin(self, call: Call, user: User | None) -> None:
        """A request is known, and who sends it."""
        rule = policies.rule_for(self.policy, call, user)
        if rule["level"] == NONE:
            return
        call.audit = {"rule": rule, "id": self.clock.uid(), "sender": user, "received": self.clock.now()}
        self._tell(call, RECEIVED, None)

    def end(self, call: Call, response: Response) -> None:
        """A request is answered; one that lasts goes on."""
        if call.audit is not None:
            response.headers.setdefault(HEADER, call.audit["id"])
            self._tell(call, STARTED if response.stream is not None else COMPLETE, response)
            if response.stream is not None:
                response.stream.on_close(lambda: self._tell(call, COMPLETE, response))

    def _tell(self, call: Call, stage: str, response: Response | None) -> None:
        assert call.audit is not None
        if stage not in call.audit["rule"]["omitStages"]:
            self.events += 1
            self.file.write(orjson.dumps(self._event(call, stage, response)))

    def _event(self, call: Call, stage: str, response: Response | None) -> Obj:
        audit, request = call.audit or {}, call.request
        level = audit["rule"]["level"]
        event: Obj = {
            "kind": "Event",
            "apiVersion": API_VERSION,
            "level": level,
            "auditID": audit["id"],
            "stage": stage,
            "requestURI": request.path + ("?" + urlencode(request.query) if request.query else ""),
            "verb": call.verb,
            "user": audit["sender"].as_user_info() if audit["sender"] else {},
        }
        if call.user is not None and call.user is not audit["sender"]:
            event["impersonatedUser"] = call.user.as_user_info()
        event["userAgent"] = request.headers.get("user-agent", "")
        if call.kind is not None:
            event["objectRef"] = _reference(call)
        if response is not None:
            event["responseStatus"] = _status(response)
            event |= _bodies(call, level, response)
        event["requestReceivedTimestamp"] = rfc3339_micro(audit["received"])
        event["stageTimestamp"] = rfc3339_micro(self.clock.now())
        if response is not None:
            allowed = response.status not in (401, 403) or call.stage not in ("authenticate", "authorize")
            event["annotations"] = {DECISION: "allow" if allowed else "forbid", REASON: "", **call.annotations}
        return event


def _reference(call: Call) -> Obj:
    found: Obj = {"resource": call.resource.plural}
    parts = {"namespace": call.namespace, "name": call.name, "apiGroup": call.group}
    found |= {name: value for name, value in parts.items() if value}
    found["apiVersion"] = call.version
    if call.subresource:
        found["subresource"] = call.subresource
    return found


def _status(response: Response) -> Obj:
    found: Obj = {"metadata": {}, "code": response.status}
    if response.status >= 400:
        told = _object(response.body)
        if isinstance(told, dict) and told.get("kind") == "Status":
            found |= {name: told[name] for name in ("status", "message", "reason", "details") if name in told}
    return found


def _bodies(call: Call, level: str, response: Response) -> Obj:
    """The objects that were sent and answered, as far as the level wants them."""
    found: Obj = {}
    if level == METADATA or call.kind is None:
        return found
    leaves_out = bool(call.audit and call.audit["rule"].get("omitManagedFields"))
    if call.request.body and (sent := _object(call.request.body)) is not None:
        found["requestObject"] = masked(sent, call.resource.built_in, leaves_out)
    if level == REQUEST_RESPONSE and response.stream is None and (told := _object(response.body)) is not None:
        found["responseObject"] = masked(told, call.resource.built_in, leaves_out)
    return found


def _object(body: Any) -> Any:
    """A body decoded, None for one that is no JSON."""
    try:
        return body.object if body else None
    except ValueError:
        return None


def masked(obj: Any, kind: str, leaves_out: bool = False) -> Any:
    """The object without what nobody may read in a log."""
    if not isinstance(obj, dict):
        return obj if kind != "Secret" else MASKED  # a patch
    found = dict(obj)
    if leaves_out and isinstance(found.get("metadata"), dict):
        found["metadata"] = {name: each for name, each in found["metadata"].items() if name != "managedFields"}
    if isinstance(found.get("items"), list):
        found["items"] = [masked(each, kind, leaves_out) for each in found["items"]]
    return _secret(found) if kind == "Secret" else _token(found)


def _secret(obj: Obj) -> Obj:
    """A Secret with its keys alone. Annotations go too: they may hold it as it was applied."""
    for field in SECRET_FIELDS:
        if isinstance(obj.get(field), dict):
            obj[field] = dict.fromkeys(obj[field], MASKED)
    metadata = obj.get("metadata")
    if isinstance(metadata, dict) and metadata.get("annotations"):
        obj["metadata"] = {**metadata, "annotations": dict.fromkeys(metadata["annotations"], MASKED)}
    return obj


def _token(obj: Obj) -> Obj:
    for part in ("spec", "status") if obj.get("kind") in TOKEN_KINDS else ():
        if isinstance(obj.get(part), dict) and "token" in obj[part]:
            obj[part] = {**obj[part], "token": MASKED}
    return obj


class File:
    """Lines in a file; when it is full it is renamed, and the oldest goes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handler = RotatingFileHandler(path, maxBytes=LARGEST_FILE_BYTES, backupCount=FILES_KEPT, delay=True)

    def write(self, line: bytes) -> None:
        self._handler.emit(logging.LogRecord("audit", logging.INFO, "", 0, line.decode(), None, None))

    def close(self) -> None:
        """The next line opens it again."""
        self._handler.close()
