"""token: a new token for a service account. Models: pkg/registry/core/serviceaccount/storage/token.go v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apis import validation
from cluster.apis.authentication import token_request
from cluster.apiserver import answer, decoding, writing
from cluster.apiserver.admission.request import CREATE
from cluster.apiserver.authn import tokens
from cluster.apiserver.call import Call
from cluster.apiserver.reading import existing
from cluster.clock import rfc3339
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

GROUP = "authentication.k8s.io"
OTHER_NAME = "must match the service account {} if specified"
BINDABLE = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


async def create(server: ApiServer, call: Call, body: Obj) -> Response:
    """201 with the TokenRequest and its token. ApiError 404 for no account, 409 for a bound object that changed."""
    asked = decoding.part(body, decoding.TOKEN_REQUEST)
    token_request.default(asked)
    metadata, spec = asked.setdefault("metadata", {}), asked["spec"]
    _check_names(call, metadata)
    account = (await existing(server, call)).object
    if not spec.get("audiences"):
        spec["audiences"] = [server.config.service_account_issuer]
    now = int(server.clock.now())
    metadata |= {"name": call.name, "namespace": call.namespace, "creationTimestamp": rfc3339(now)}
    if faults := token_request.validate(asked):
        raise status.invalid("TokenRequest", "", faults, GROUP)
    await writing.admit(server, call, writing.admission_request(call, CREATE, asked, None))
    bound = _bound(server, call, spec.get("boundObjectRef"))
    until = now + spec["expirationSeconds"]
    claims = tokens.claims_of(account, bound, spec["audiences"], (now, until), server.clock.uid())
    claims["iss"] = server.config.service_account_issuer
    token = tokens.sign(server.config.service_account_key, claims)
    answered = {
        "kind": "TokenRequest",
        "apiVersion": f"{GROUP}/v1",
        "metadata": metadata,
        "spec": spec,
        "status": {"token": token, "expirationTimestamp": rfc3339(until)},
    }
    return answer.respond(call, Payload(object=answered), 201)


def _check_names(call: Call, metadata: Obj) -> None:
    for field, wanted in (("name", call.name), ("namespace", call.namespace)):
        if metadata.get(field) and metadata[field] != wanted:
            fault = validation.invalid(f"metadata.{field}", metadata[field], OTHER_NAME.format(field))
            raise status.invalid("TokenRequest", call.name, [fault], GROUP)


def _bound(server: ApiServer, call: Call, reference: Obj | None) -> dict[str, Obj]:
    """claim → object of what a token is to end with; of a pod also its node."""
    if not reference:
        return {}
    kind, name, version = reference.get("kind", ""), reference.get("name", ""), reference.get("apiVersion", "")
    if kind not in BINDABLE or version not in ("v1", ""):
        group, _, bare = version.rpartition("/")
        text = f"{group}/{bare}, Kind={kind}"
        raise status.bad_request(f"cannot bind token to object of type {text}")
    found = server.reader.get(kind, name, "" if kind == "Node" else call.namespace)
    if found is None:
        raise status.not_found(BINDABLE[kind], name)
    if kind == "Pod" and found["spec"].get("serviceAccountName") != call.name:
        raise status.bad_request(
            f'cannot bind token for serviceaccount "{call.name}" to pod running with different serviceaccount name.'
        )
    wanted, uid = reference.get("uid", ""), found["metadata"]["uid"]
    if wanted and wanted != uid:
        why = (
            f"the UID in the bound object reference ({wanted}) does not match the UID in record. The object might have "
            "been deleted and then recreated"
        )
        raise status.conflict(kind, name, why)
    bound = {kind.lower(): found}
    node = server.reader.get("Node", found["spec"].get("nodeName") or "") if kind == "Pod" else None
    return {**bound, "node": node} if node is not None else bound
