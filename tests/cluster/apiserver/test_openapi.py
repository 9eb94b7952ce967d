"""OpenAPI: what kubectl validates and explains by."""

from __future__ import annotations

import orjson
import pytest

from cluster.apis.all_kinds import REGISTRY
from cluster.apiserver import openapi_v2
from cluster.apiserver.openapi import OpenApi
from cluster.wire.message import Request

DEPLOYMENT = "io.k8s.api.apps.v1.Deployment"
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"


@pytest.fixture(scope="module")
def documents() -> OpenApi:
    return OpenApi(REGISTRY)


def asked(documents: OpenApi, path: str, accept: str = "application/json") -> bytes:
    answer = documents.answer(path, Request("GET", path, headers={"accept": accept}))
    assert answer is not None
    return answer.body.raw


def test_a_group_version_has_its_kinds_and_all_they_refer_to(documents: OpenApi) -> None:
    schemas = orjson.loads(asked(documents, "/openapi/v3/apis/apps/v1"))["components"]["schemas"]
    assert schemas[DEPLOYMENT]["x-kubernetes-group-version-kind"] == [
        {"group": "apps", "kind": "Deployment", "version": "v1"}
    ]
    assert "enum" not in schemas[DEPLOYMENT]["properties"]["kind"]
    strategy = schemas["io.k8s.api.apps.v1.DeploymentStrategy"]["properties"]["type"]
    assert strategy["enum"] == ["Recreate", "RollingUpdate"]
    assert schemas[INT_OR_STRING]["oneOf"] == [{"type": "integer"}, {"type": "string"}]
    assert "type" not in schemas[INT_OR_STRING]


def test_patch_lists_field_validation_so_that_kubectl_validates(documents: OpenApi) -> None:
    paths = orjson.loads(asked(documents, "/openapi/v3/api/v1"))["paths"]
    names = [each["name"] for each in paths["/api/v1/namespaces/{namespace}/pods/{name}"]["patch"]["parameters"]]
    assert "fieldValidation" in names


def test_a_group_that_is_not_served_has_no_document(documents: OpenApi) -> None:
    assert documents.answer("/openapi/v3/apis/nope/v1", Request("GET", "/openapi/v3/apis/nope/v1")) is None


def test_version_two_is_told_as_protobuf_to_those_who_ask_for_it(documents: OpenApi) -> None:
    raw = asked(documents, "/openapi/v2", openapi_v2.MEDIA_TYPE)
    assert raw.startswith(b"\x0a\x032.0")
    assert DEPLOYMENT.encode() in raw
    assert orjson.loads(asked(documents, "/openapi/v2"))["definitions"][INT_OR_STRING]["type"] == "string"


def test_fields_are_numbered_as_gnostic_numbers_them() -> None:
    schema = {"description": "d", "type": "object", "properties": {"a": {"type": "string"}}, "x-y": [1]}
    document = {"swagger": "2.0", "info": {"title": "t", "version": "v"}, "definitions": {"D": schema}}
    a = b"\x0a\x01a" + b"\x12\x0b" + b"\xb2\x01\x08\x0a\x06string"
    inner = b"\x22\x01d" + b"\xb2\x01\x08\x0a\x06object" + b"\xca\x01\x12\x0a\x10" + a
    inner += b"\xfa\x01\x0c\x0a\x03x-y\x12\x05\x12\x03[1]"
    named = b"\x0a\x01D\x12" + bytes([len(inner)]) + inner
    definitions = b"\x0a" + bytes([len(named)]) + named
    assert openapi_v2.encode(document) == (
        b"\x0a\x032.0\x12\x06\x0a\x01t\x12\x01v\x42\x00\x4a" + bytes([len(definitions)]) + definitions
    )
