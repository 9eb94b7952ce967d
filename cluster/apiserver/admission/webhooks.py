"""Mutating- and ValidatingAdmissionWebhook: others are asked about writes over HTTPS.

Mutating webhooks are asked one after another and answer with JSON patches; validating ones are asked all at once.
Models: apiserver/pkg/admission/plugin/webhook/{mutating,validating}/dispatcher.go v1.37
Simplified: a webhook in a simulated pod cannot be reached, which its failure policy decides (`service_resolver`).
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery import cel, schema, status
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.patch import json
from cluster.apiserver.admission import matching, policy_variables, reinvocation, webhook_client
from cluster.apiserver.admission.request import DELETE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

MUTATING, VALIDATING = "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"
SILENT = ("None", "NoneOnDryRun")


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    """Let every mutating webhook that is concerned change the object. ApiError from the first that refuses."""
    if not any(True for _ in server.reader.list(MUTATING)):
        return
    again = request.reinvoked()
    before = reinvocation.form(request.obj)
    again.begin(MUTATING, before)
    for webhook in _concerned(server, MUTATING, request):
        if again.skips(MUTATING, webhook["name"]):
            continue
        answer = await _asked(server, webhook, request)
        patch = (answer or {}).get("patch")
        if patch and request.operation != DELETE:  # what is deleted is not changed
            _patch(webhook, request, patch)
        after = reinvocation.form(request.obj)
        again.asked(MUTATING, webhook["name"], webhook.get("reinvocationPolicy"), changed=after != before)
        before = after
    again.end(MUTATING, before)


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    """Ask every validating webhook that is concerned. ApiError of one that refuses."""
    concerned = list(_concerned(server, VALIDATING, request))
    if concerned:
        await asyncio.gather(*(_asked(server, webhook, request) for webhook in concerned))


def _concerned(server: ApiServer, kind: str, request: AdmissionRequest) -> Iterator[Obj]:
    """The webhooks to be asked, by the configurations' names. ApiError for a match condition that cannot be told."""
    configurations = list(server.reader.list(kind))
    if not configurations or request.kind.group == matching.OWN_GROUP:
        return
    for configuration in sorted(configurations, key=lambda each: str(each["metadata"]["name"])):
        for webhook in configuration.get("webhooks") or ():
            if matching.matches(server, webhook, request, rules="rules") and _wanted(server, webhook, request):
                yield webhook


def _wanted(server: ApiServer, webhook: Obj, request: AdmissionRequest) -> bool:
    conditions = webhook.get("matchConditions") or []
    try:
        return not conditions or policy_variables.conditions_hold(conditions, policy_variables.of(server, request))
    except cel.RuleError as error:
        if webhook["failurePolicy"] == "Ignore":
            return False
        raise _failed(webhook, f"failed to evaluate match conditions: {error}") from error


async def _asked(server: ApiServer, webhook: Obj, request: AdmissionRequest) -> Obj | None:
    """The webhook's answer, None when it could not be had and that does not matter. ApiError when it refuses."""
    if request.dry_run and webhook.get("sideEffects") not in SILENT:
        raise status.bad_request(f'admission webhook "{webhook["name"]}" does not support dry run')
    review = _review(server, webhook, request)
    try:
        answer = await webhook_client.post(webhook, review, server.reader)
        response: Obj = answer.get("response") or {}
        if response.get("uid") != review["request"]["uid"]:
            raise webhook_client.Unreached(
                f"expected response.uid={review['request']['uid']!r}, got {response.get('uid')!r}"
            )
    except webhook_client.Unreached as error:
        if webhook["failurePolicy"] == "Ignore":
            return None
        raise _failed(webhook, f"failed to call webhook: {error}") from error
    request.warnings += [str(text) for text in response.get("warnings") or ()]
    if not response.get("allowed"):
        raise _refused(webhook, response.get("status") or {})
    return response


def _review(server: ApiServer, webhook: Obj, request: AdmissionRequest) -> Obj:
    version = next(each for each in webhook["admissionReviewVersions"] if each in ("v1", "v1beta1"))
    told = {
        "uid": server.clock.uid(),
        **policy_variables.described(request),
        "object": None if request.operation == DELETE else request.obj,
        "oldObject": request.old_obj,
    }
    return {"kind": "AdmissionReview", "apiVersion": f"admission.k8s.io/{version}", "request": told}


def _patch(webhook: Obj, request: AdmissionRequest, encoded: str) -> None:
    """Change the object in place: the request's own copy goes on with what the patch makes of it."""
    try:
        changed = json.apply(orjson.loads(orjson.dumps(request.obj)), orjson.loads(base64.b64decode(encoded)))
    except (ValueError, json.PatchError, json.MalformedPatch) as error:
        raise _failed(webhook, f"the patch cannot be applied: {error}") from error
    if not isinstance(changed, dict) or not isinstance(changed.get("metadata"), dict):
        raise _failed(webhook, "the patch leaves no object")
    try:
        request.replace(changed)
    except schema.TypeMismatch as error:
        raise _failed(webhook, f"the patch leaves no {request.kind.kind}: {error}") from error


def _failed(webhook: Obj, why: str) -> status.ApiError:
    return status.internal(f'failed calling webhook "{webhook["name"]}": {why}')


def _refused(webhook: Obj, told: Obj) -> status.ApiError:
    """The webhook's own Status, introduced."""
    message, reason = told.get("message") or "", told.get("reason") or ""
    if not message and not reason:
        said = "without explanation"
    else:
        said = f"denied the request: {message or reason}"
    text = (
        f'admission webhook "{webhook["name"]}" {said}'
        if said.startswith("denied")
        else (f'admission webhook "{webhook["name"]}" denied the request {said}')
    )
    code = int(told.get("code") or 403)
    found: dict[str, Any] = dict(told.get("details") or {})
    return status.failure(code if 400 <= code < 600 else 403, reason, text, found)
