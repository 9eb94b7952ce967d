"""What get, list and watch share: selectors, and reading an object that must exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import fields, labels, status
from cluster.apis.registry import Kind
from cluster.apiserver.call import Call
from cluster.apiserver.watch_cache import Item
from cluster.apiserver.watcher import Selection

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

ALWAYS = ("metadata.name", "metadata.namespace")


def selection_of(call: Call) -> Selection:
    """The objects that a list or watch asks for. ApiError 400 worded as upstream."""
    label_text, field_text = call.query.get("labelSelector", ""), call.query.get("fieldSelector", "")
    if call.name:
        field_text = f"metadata.name={call.name}" + (f",{field_text}" if field_text else "")
    kind = call.resource
    try:
        chosen_labels = labels.parse(label_text)
        chosen_fields = fields.parse(field_text)
    except ValueError as error:
        raise status.bad_request(str(error)) from error
    _check_fields(kind, chosen_fields)
    return Selection(kind, "" if kind.built_in == "Namespace" else call.namespace, chosen_labels, chosen_fields)


def _check_fields(kind: Kind, chosen: fields.FieldSelector) -> None:
    """ApiError 400 for a field that the kind cannot be selected by. Models: pkg/apis/*/v1/conversion.go"""
    for field, _, _ in chosen.requirements:
        if field in ALWAYS or field in kind.selectable_fields:
            continue
        if kind.selectable_fields:
            raise status.bad_request(f"field label not supported: {field}")
        only = '"metadata.name", "metadata.namespace"'
        raise status.bad_request(f'"{field}" is not a known field selector: only {only}')


async def existing(server: ApiServer, call: Call) -> Item:
    """The object a call names, no older than what this server wrote. ApiError 404."""
    await server.cache.caught_up()
    kind = call.resource
    item = server.cache.of(kind).items.get(kind.key(call.namespace, call.name))
    if item is None:
        raise status.not_found(kind.plural, call.name, kind.group)
    return item
