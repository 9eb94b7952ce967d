"""One-time login links for the owner of the installation."""

from __future__ import annotations

import hashlib
import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.urls import reverse

from cluster.clock import Clock
from dashboard.models import LoginLink

OWNER = "owner"
VALID_SECONDS = 24 * 3600


def make_link() -> str:
    """The path of a fresh link; links made before stop working."""
    token = secrets.token_urlsafe(24)
    LoginLink.objects.all().delete()
    LoginLink.objects.create(digest=_digest(token), expires=Clock().now() + VALID_SECONDS)
    return reverse("login-link", args=[token])


def redeem(token: str) -> AbstractUser | None:
    """The owner, once, for a token that is good; None for any other."""
    used, _ = LoginLink.objects.filter(digest=_digest(token), expires__gt=Clock().now()).delete()
    if not used:
        return None
    owner, _ = get_user_model().objects.get_or_create(username=OWNER, defaults={"is_staff": True, "is_superuser": True})
    return owner


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
