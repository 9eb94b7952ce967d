"""How /api/ describes itself (OpenAPI): the bearer token, and query parameters by one line each."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter

KINDS = {"text": str, "number": float, "integer": int}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself when defined
    """The token of the data folder."""

    target_class = "dashboard.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "The text of the file `token` in the data folder."}


def parameter(name: str, kind: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, KINDS[kind], description=description)


LIMIT = parameter("limit", "integer", "How many at most.")
