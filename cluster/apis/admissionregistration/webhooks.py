"""What the two kinds of webhook configurations share.

Models: pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, validation
from cluster.apis.registry import Column

DEFAULTS: dict[str, Any] = {"failurePolicy": "Fail", "matchPolicy": "Equivalent", "timeoutSeconds": 10}
OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
SIDE_EFFECTS = ("None", "NoneOnDryRun")
REVIEW_VERSIONS = ("v1", "v1beta1")
MOST_SECONDS = 30


def default(obj: Obj) -> None:
    for webhook in obj.get("webhooks") or ():
        for name, value in DEFAULTS.items():
            if webhook.get(name) is None:
                webhook[name] = value
        for name in ("namespaceSelector", "objectSelector"):
            if webhook.get(name) is None:
                webhook[name] = {}
        if (service := webhook.get("clientConfig", {}).get("service")) is not None and service.get("port") is None:
            service["port"] = 443
        for rule in webhook.get("rules") or ():
            if rule.get("scope") is None:
                rule["scope"] = "*"


def default_mutating(obj: Obj) -> None:
    default(obj)
    for webhook in obj.get("webhooks") or ():
        if webhook.get("reinvocationPolicy") is None:
            webhook["reinvocationPolicy"] = "Never"


def rules(definition: str) -> Callable[[Obj, Obj | None], list[FieldError]]:
    def validate(new: Obj, old: Obj | None) -> list[FieldError]:
        faults = metadata.validate(new, old, names.dns1123_subdomain) + schema_rules.faults(new, definition)
        seen: set[str] = set()
        for index, webhook in enumerate(new.get("webhooks") or ()):
            at, name = f"webhooks[{index}]", webhook.get("name") or ""
            if name in seen:
                faults.append(validation.duplicate(f"{at}.name", name))
            seen.add(name)
            faults += _webhook(webhook, at)
        return faults

    return validate


def _webhook(webhook: Obj, at: str) -> list[FieldError]:
    name, found = webhook.get("name") or "", []
    if name and (messages := names.dns1123_subdomain(name)):
        found += validation.each(f"{at}.name", name, messages)
    elif name and len(name.split(".")) < 3:
        found.append(
            validation.invalid(f"{at}.name", name, "should be a domain with at least three segments separated by dots")
        )
    versions = webhook.get("admissionReviewVersions") or ()
    if not versions:
        text = f"must specify one of {', '.join(REVIEW_VERSIONS)}"
        found.append(validation.required(f"{at}.admissionReviewVersions", text))
    elif not set(versions) & set(REVIEW_VERSIONS):
        text = f"must include at least one of {', '.join(REVIEW_VERSIONS)}"
        found.append(validation.invalid(f"{at}.admissionReviewVersions", versions, text))
    if webhook.get("sideEffects") and webhook["sideEffects"] not in SIDE_EFFECTS:
        found.append(validation.not_supported(f"{at}.sideEffects", webhook["sideEffects"], SIDE_EFFECTS))
    if not 1 <= webhook["timeoutSeconds"] <= MOST_SECONDS:
        text = "the timeout value must be between 1 and 30 seconds"
        found.append(validation.invalid(f"{at}.timeoutSeconds", webhook["timeoutSeconds"], text))
    for index, rule in enumerate(webhook.get("rules") or ()):
        found += _rule(rule, f"{at}.rules[{index}]")
    for selector in ("namespaceSelector", "objectSelector"):
        found += validation.label_selector(f"{at}.{selector}", webhook[selector])
    return found + _client(webhook.get("clientConfig") or {}, f"{at}.clientConfig")


def _rule(rule: Obj, at: str) -> list[FieldError]:
    found = [
        validation.required(f"{at}.{field}")
        for field in ("apiGroups", "apiVersions", "resources")
        if not rule.get(field)
    ]
    operations = rule.get("operations") or ()
    if not operations:
        found.append(validation.required(f"{at}.operations"))
    for index, each in enumerate(operations):
        if each not in OPERATIONS:
            found.append(validation.not_supported(f"{at}.operations[{index}]", each, OPERATIONS))
    return found


def _client(client: Obj, at: str) -> list[FieldError]:
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        return [validation.required(at, "exactly one of url or service is required")]
    if url is not None and not url.startswith("https://"):
        scheme = url.partition(":")[0]
        text = "'https' is the only allowed URL scheme; desired format: https://host[/path]"
        return [validation.invalid(f"{at}.url", scheme, text)]
    if service is None:
        return []
    found = [
        validation.required(f"{at}.service.{field}", f"service {field} is required")
        for field in ("name", "namespace")
        if not service.get(field)
    ]
    return found + validation.port(f"{at}.service.port", service["port"])


COLUMNS = (
    columns.NAME,
    Column(
        "Webhooks",
        lambda obj, now: len(obj.get("webhooks") or ()),
        type="integer",
        description="Webhooks indicates the number of webhooks registered in this configuration",
    ),
    columns.AGE,
)
