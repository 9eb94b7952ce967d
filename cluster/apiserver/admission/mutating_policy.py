"""MutatingAdmissionPolicy: changes to writes, in CEL, where a binding says so.

A mutation is an apply configuration, merged as server-side apply merges and owned by nobody, or a JSON patch.
Models: apiserver/pkg/admission/plugin/policy/mutating/{dispatcher,patch/smd,patch/json_patch}.go v1.37
Simplified: the fields of an object literal are judged by what its merge leaves, not by the literal's type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import cel, schema
from cluster.apimachinery.cel_library import patches
from cluster.apimachinery.meta import Obj, name_of
from cluster.apimachinery.patch import apply, field_set, json
from cluster.apiserver.admission import policies, policy_variables, reinvocation
from cluster.apiserver.admission.request import DELETE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

POLICY, BINDING = "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"
CONFIGURATION, PATCH = "ApplyConfiguration", "JSONPatch"


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    """Let every policy that is bound change the object, by the policies' names. ApiError of one that fails."""
    bindings = list(server.reader.list(BINDING))
    if not bindings or request.operation == DELETE:
        return
    again = request.reinvoked()
    before = reinvocation.form(request.obj)
    again.begin(POLICY, before)
    for binding in sorted(bindings, key=lambda each: (each["spec"].get("policyName") or "", name_of(each))):
        policy = server.reader.get(POLICY, binding["spec"].get("policyName") or "")
        if policy is None or not policies.concerns(server, policy, binding, request):
            continue
        for params, error in _found(server, policy, binding, request):
            name = "/".join((name_of(policy), name_of(binding), _key(params)))
            if again.skips(POLICY, name):
                continue
            problem = error or _changed(server, policy, params, request)
            if problem and policy["spec"]["failurePolicy"] == "Fail":
                names = f"policy '{name_of(policy)}' with binding '{name_of(binding)}'"
                raise policies.denied(request, f"{names} denied request: {problem}", "Invalid")
            after = reinvocation.form(request.obj)
            again.asked(POLICY, name, policy["spec"].get("reinvocationPolicy"), changed=after != before)
            before = after
    again.end(POLICY, before)


def _found(server: ApiServer, policy: Obj, binding: Obj, request: AdmissionRequest) -> Iterator[tuple[Obj | None, str]]:
    """Each of the parameters that the binding names, or why there are none."""
    try:
        yield from ((params, "") for params in policies.params(server, policy, binding, request))
    except cel.RuleError as error:
        yield None, f"failed to configure binding: {error}"


def _key(params: Obj | None) -> str:
    return "" if params is None else f"{params['metadata'].get('namespace', '')}.{name_of(params)}"


def _changed(server: ApiServer, policy: Obj, params: Obj | None, request: AdmissionRequest) -> str:
    """Make the policy's changes, each on what the one before left; what went wrong with the first that cannot be made."""
    spec = policy["spec"]
    try:
        data = policy_variables.of(server, request, params)
        if not policy_variables.conditions_hold(spec.get("matchConditions") or [], data):
            return ""
        for mutation in spec.get("mutations") or ():
            data = policy_variables.of(server, request, params)
            policy_variables.evaluate(spec.get("variables") or (), data)
            request.replace(_applied(mutation, data, request))
    except (cel.RuleError, schema.TypeMismatch, json.PatchError, json.MalformedPatch) as error:
        return str(error)
    return ""


def _applied(mutation: Obj, data: dict[str, Any], request: AdmissionRequest) -> Obj:
    """A new object. RuleError, TypeMismatch, PatchError."""
    is_patch = mutation.get("patchType") == PATCH
    expression = (mutation.get("jsonPatch" if is_patch else "applyConfiguration") or {}).get("expression") or ""
    told = cel.asked(patches.plain(expression), data, cel.ADMISSION)
    if is_patch:
        if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
            raise cel.RuleError("type mismatch: JSONPatchType.expression should evaluate to array")
        changed = json.apply(request.obj, told)
    else:
        if not isinstance(told, dict):
            raise cel.RuleError("unsupported return type from ApplyConfiguration expression")
        changed = merged(request, told)
    if not isinstance(changed, dict) or not isinstance(changed.get("metadata"), dict):
        raise cel.RuleError("the mutation leaves no object")
    for name in ("apiVersion", "kind"):
        changed[name] = request.obj[name]
    return changed


def merged(request: AdmissionRequest, configuration: Obj) -> Obj:
    """The object with a configuration merged into it. RuleError when that has unknown fields, or lists that are one value."""
    kind, unknown = request.kind, list[str]()
    if kind.structural is not None:
        kind.structural.decode(configuration, unknown)
    else:
        schema.decode(configuration, kind.type, unknown)
    if unknown:
        text = "error applying patch: failed to convert patch object to typed object:"
        raise cel.RuleError(f"{text} .{unknown[0]}: field not declared in schema")
    atomic = list(_atomic(configuration, kind.type, ""))
    if atomic:
        text = "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs:"
        raise cel.RuleError(f"{text} {', '.join(atomic)}")
    found: Obj = apply.merge(request.obj, configuration, kind.type)
    return dict(found)


def _atomic(value: Any, type: schema.Type | None, at: str) -> Iterator[str]:
    """The paths of lists, maps and structs that are replaced as a whole."""
    if type is None or not isinstance(value, dict | list):
        return
    if type.atomic:
        yield at
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _atomic(each, field_set.child_type(type, name), f"{at}.{name}")
    else:
        for index, each in enumerate(value):
            yield from _atomic(each, type.item, f"{at}[{index}]")
