"""Who may hold, stop, edit and break: the owner of the installation's clusters. Others who are let in may watch."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import SAFE_METHODS, BasePermission

MESSAGE = "Only the owner of this cluster may do that; you may watch."


def owns(user: Any) -> bool:
    """There is one owner, of everything: whoever came by the login link, or has the data folder's token."""
    return bool(user.is_authenticated and user.is_superuser)


def of_owner(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """403 for whoever may only watch."""

    @wraps(page)
    def checked(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        if not owns(request.user):
            raise PermissionDenied(MESSAGE)
        return page(request, *args, **more)

    return checked


class OwnerChanges(BasePermission):
    """Everybody who is let in may read; the owner may change."""

    message = MESSAGE

    def has_permission(self, request: Any, view: Any) -> bool:
        return request.user.is_authenticated and (request.method in SAFE_METHODS or owns(request.user))
