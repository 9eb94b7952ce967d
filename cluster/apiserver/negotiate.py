"""What the body of a request is, and in which form the answer goes out.

The bytes of the other forms are made in `encoding`.
Models: apiserver/pkg/endpoints/handlers/negotiation and handlers/response.go v1.37
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from cluster.apimachinery import protobuf, status
from cluster.apimachinery.meta import Obj
from cluster.wire.message import Request

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
CBOR, CBOR_SEQ, APPLY_CBOR = "application/cbor", "application/cbor-seq", "application/apply-patch+cbor"
OFFERED = (JSON, YAML, PROTOBUF, CBOR)
TRUE = ("1", "t", "T", "true", "TRUE", "True")
FULL, TABLE, PARTIAL, PARTIAL_LIST = "", "Table", "PartialObjectMetadata", "PartialObjectMetadataList"
LONGEST_BODY = 3 * 1024 * 1024
DEEPEST_YAML = 500
BASE64_TAG = 22
MOST_YAML_VALUES = 500_000


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an answer: its media type, and what the object is shown as (with the version of that)."""

    media_type: str = JSON
    shown_as: str = FULL
    version: str = "v1"
    pretty: bool = False

    @property
    def is_plain(self) -> bool:
        """JSON as it is kept: nothing is left to do."""
        return self.media_type == JSON and not self.pretty


@functools.lru_cache(maxsize=1024)
def form_of(accept: str, *, convertible: bool = True, custom: bool = False, stream: bool = False) -> Form:
    """The first form of an Accept header, by the client's own order, that can be given. ApiError 406 when none can.

    Custom kinds have no protobuf form; YAML has no form for a `stream`.
    """
    offered = [each for each in OFFERED if not (custom and each == PROTOBUF)]
    if stream:
        offered.remove(YAML)
    clauses = _clauses(accept)
    for media_type, options in clauses:
        for each in offered:
            if _meets(media_type, each, stream) and (form := _shown(each, options, convertible)) is not None:
                return form
    if not clauses:
        return Form()
    names = [(CBOR_SEQ if each == CBOR else f"{each};stream=watch") if stream else each for each in offered]
    raise status.not_acceptable(f"only the following media types are accepted: {', '.join(names)}")


def _clauses(accept: str) -> list[tuple[str, dict[str, str]]]:
    """(media type, parameters), those that the client likes best first."""
    found = []
    for clause in accept.split(","):
        media_type, *parameters = (part.strip() for part in clause.split(";"))
        options = dict(part.split("=", 1) for part in parameters if "=" in part)
        if media_type:
            found.append((media_type, options))
    return sorted(found, key=lambda each: -_quality(each[1]))


def _quality(options: dict[str, str]) -> float:
    try:
        return float(options.get("q", "1"))
    except ValueError:
        return 1.0


def _meets(wanted: str, offered: str, stream: bool) -> bool:
    return wanted in (offered, "*/*", "application/*") or (stream and offered == CBOR and wanted == CBOR_SEQ)


def _shown(media_type: str, options: dict[str, str], convertible: bool) -> Form | None:
    """The form with a clause's parameters; None when that cannot be. Models: AllowsMediaTypeTransform"""
    shown_as = options.get("as", FULL)
    if shown_as not in (FULL, TABLE, PARTIAL, PARTIAL_LIST):
        return None
    if shown_as and (not convertible or options.get("g") != "meta.k8s.io" or options.get("v") not in ("v1", "v1beta1")):
        return None
    if shown_as == TABLE and media_type not in (JSON, YAML):
        return None
    return Form(media_type, shown_as, options.get("v", "v1"), media_type == JSON and options.get("pretty") in TRUE)


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
    if content_type in (CBOR, APPLY_CBOR):
        return _cbor(raw) if raw else None
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


def _cbor(raw: bytes) -> Any:
    """Texts may come as byte strings, as Go sends them; what is tagged as base64 becomes that text."""
    import cbor2

    try:
        return _as_json(cbor2.loads(raw, tag_hook=_tagged), [MOST_YAML_VALUES])
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise status.bad_request(f"error decoding CBOR: {error}") from error


def _tagged(tag: Any, *_: Any) -> Any:
    if tag.tag == BASE64_TAG and isinstance(tag.value, bytes):
        return base64.b64encode(tag.value).decode()
    raise ValueError(f"unsupported tag {tag.tag}")


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
    """YAML's and CBOR's values as JSON has them: keys are texts. ValueError when aliases blow a small text up."""
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("document contains excessive aliasing")
    if isinstance(value, Mapping):
        return {_key(name): _as_json(each, left) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(each, left) for each in value]
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, bytes):
        return value.decode()
    raise ValueError(f"cannot read a {type(value).__name__} as JSON")


def _key(name: Any) -> str:
    if isinstance(name, bool):
        return "true" if name else "false"
    if isinstance(name, str | int | float):
        return str(name)
    if isinstance(name, bytes):
        return name.decode()
    raise ValueError(f"a key may not be a {type(name).__name__}")


def must_be_object(body: Any) -> Obj:
    if not isinstance(body, dict):
        raise status.bad_request("couldn't get version/kind; json parse error: the body is not a JSON object")
    return body
