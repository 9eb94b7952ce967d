"""Who may hold, stop, edit and break: the owner of the installation's clusters. Others who are let in may watch.

What is asked of the Kubernetes API is asked as the person, and the API server judges it: the owner is a cluster
administrator, others have what RBAC gives to their names.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import SAFE_METHODS, BasePermission

from dashboard.login import OWNER

MESSAGE = "Only the owner of this cluster may do that; you may watch."


OWNER_GROUPS = ("kubeadm:cluster-admins",)


def groups_of(user_name: str) -> tuple[str, ...]:
    """The groups as which a person asks the Kubernetes API."""
    return OWNER_GROUPS if user_name == OWNER else ()


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


class OwnerOnly(BasePermission):
    """What only the owner may even read: keys to a cluster."""

    message = MESSAGE

    def has_permission(self, request: Any, view: Any) -> bool:
        return owns(request.user)


class OwnerChanges(BasePermission):
    """Everybody who is let in may read; the owner may change."""

    message = MESSAGE

    def has_permission(self, request: Any, view: Any) -> bool:
        return request.user.is_authenticated and (request.method in SAFE_METHODS or owns(request.user))
