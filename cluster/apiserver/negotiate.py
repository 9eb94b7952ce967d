"""What the body of a request is, and in which form the answer goes out.

Models: apiserver/pkg/endpoints/handlers/negotiation and handlers/response.go v1.37
Simplified: answers are JSON or YAML; a client that prefers protobuf or CBOR gets JSON, which it must accept too.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import orjson

from cluster.apimachinery import protobuf, status
from cluster.apimachinery.meta import Obj
from cluster.wire.message import Request

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
FULL, TABLE, PARTIAL, PARTIAL_LIST = "", "Table", "PartialObjectMetadata", "PartialObjectMetadataList"
LONGEST_BODY = 3 * 1024 * 1024
DEEPEST_YAML = 500
MOST_YAML_VALUES = 500_000


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an answer: its media type, and what the object is shown as (with the version of that)."""

    media_type: str = JSON
    shown_as: str = FULL
    version: str = "v1"


@functools.lru_cache(maxsize=512)
def form_of(accept: str, *, convertible: bool = True) -> Form:
    """The first form of an Accept header that can be given. ApiError 406 when none can."""
    if not accept:
        return Form()
    for clause in accept.split(","):
        media_type, *parameters = (part.strip() for part in clause.split(";"))
        options = dict(part.split("=", 1) for part in parameters if "=" in part)
        if media_type in ("*/*", "application/*"):
            media_type = JSON
        if media_type not in (JSON, YAML):
            continue
        shown_as = options.get("as", FULL)
        if shown_as not in (FULL, TABLE, PARTIAL, PARTIAL_LIST):
            continue
        if shown_as and (
            not convertible or options.get("g") != "meta.k8s.io" or options.get("v") not in ("v1", "v1beta1")
        ):
            continue
        return Form(media_type, shown_as, options.get("v", "v1"))
    if PROTOBUF in accept:
        return Form()
    raise status.not_acceptable(
        "only the following media types are accepted: application/json, application/yaml, "
        "application/vnd.kubernetes.protobuf, application/cbor"
    )


def body_of(request: Request) -> Any:
    """The decoded body. ApiError for what cannot be read: 400, 413, 415."""
    content_type = request.headers.get("content-type", JSON).partition(";")[0].strip()
    if content_type in (JSON, "") or content_type.endswith("+json"):
        if not request.body:
            return None
        try:
            return request.body.object
        except orjson.JSONDecodeError as error:
            raise status.bad_request(f"couldn't get version/kind; json parse error: {error}") from error
    raw = request.body.raw
    if len(raw) > LONGEST_BODY:
        raise status.too_large(f"limit is {LONGEST_BODY}")
    if content_type == PROTOBUF:
        try:
            return protobuf.decode(raw) if raw else None
        except (ValueError, KeyError, RecursionError) as error:
            raise status.bad_request(str(error)) from error
    if content_type in (YAML, "application/apply-patch+yaml"):
        return _yaml(raw)
    raise status.unsupported_media_type(
        "the body of the request was in an unknown format - accepted media types include: application/json, "
        "application/yaml, application/vnd.kubernetes.protobuf, application/cbor"
    )


def _yaml(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    import yaml

    try:
        _check_depth(raw)
        return _as_json(yaml.load(raw, Loader=_yaml_loader()), [MOST_YAML_VALUES])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise status.bad_request(f"error decoding YAML: {error}") from error


def _check_depth(raw: bytes) -> None:
    """ValueError for what is nested too deep: the loader in C recurses without a limit, and would take the process."""
    import yaml

    if len(raw) <= DEEPEST_YAML:
        return
    depth = 0
    for event in yaml.parse(raw, Loader=_yaml_loader()):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST_YAML:
                raise ValueError("yaml: exceeded max depth")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


@functools.cache
def _yaml_loader() -> Any:
    """A safe loader that leaves dates as text, as sigs.k8s.io/yaml does."""
    import yaml

    plain: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = type("Loader", (plain,), {})
    loader.yaml_implicit_resolvers = {
        sign: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
        for sign, resolvers in plain.yaml_implicit_resolvers.items()
    }
    return loader


def _as_json(value: Any, left: list[int]) -> Any:
    """YAML's values as JSON has them: keys are texts. ValueError when aliases blow a small text up."""
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("yaml: document contains excessive aliasing")
    if isinstance(value, dict):
        return {_key(name): _as_json(each, left) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each, left) for each in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"yaml: cannot read a {type(value).__name__} as JSON")


def _key(name: Any) -> str:
    if isinstance(name, bool):
        return "true" if name else "false"
    if isinstance(name, str | int | float):
        return str(name)
    raise ValueError(f"yaml: a key may not be a {type(name).__name__}")


def must_be_object(body: Any) -> Obj:
    if not isinstance(body, dict):
        raise status.bad_request("couldn't get version/kind; json parse error: the body is not a JSON object")
    return body


def as_yaml(obj: Any) -> bytes:
    import yaml

    return yaml.dump(obj, default_flow_style=False, allow_unicode=True).encode()
