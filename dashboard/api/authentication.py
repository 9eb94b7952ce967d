"""`Authorization: Bearer <token>`, the token of the data folder; it stands for the owner."""

from __future__ import annotations

import hmac
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from dashboard.login import OWNER


class BearerToken(BaseAuthentication):
    """None without a bearer token, 401 for a wrong one."""

    def authenticate(self, request: Any) -> tuple[Any, str] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        try:
            known = (settings.DATA_DIR / "token").read_bytes().strip()
        except OSError:
            known = b""
        if len(parts) != 2 or not known or not hmac.compare_digest(parts[1], known):
            raise AuthenticationFailed("the bearer token is not that of this installation")
        owner, _ = get_user_model().objects.get_or_create(
            username=OWNER, defaults={"is_staff": True, "is_superuser": True}
        )
        return owner, "token"

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"
