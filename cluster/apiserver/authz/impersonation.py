"""Impersonation: a user who may `impersonate` another acts as them (`kubectl --as=alice`).

Each header names a thing that the authorizer is asked about; all must be allowed.
Models: apiserver/pkg/endpoints/filters/impersonation/impersonation.go v1.37
Simplified: the constrained verbs (`impersonate:user-info`, ...) are not there, the verb `impersonate` is.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from cluster.apimachinery import status
from cluster.apiserver.authn.user import ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED, User, service_account_groups
from cluster.apiserver.authz.attributes import Attributes
from cluster.apiserver.authz.authorizer import Authorizer

PREFIX, EXTRA = "impersonate-", "impersonate-extra-"
ACCOUNT = "system:serviceaccount:"
GROUP, VERB = "authentication.k8s.io", "impersonate"


def asked(headers: Mapping[str, str]) -> bool:
    """Does a request want to act as somebody else?"""
    return any(name.startswith(PREFIX) for name in headers)


def become(user: User, headers: Mapping[str, str], authorizer: Authorizer) -> User:
    """The user that `user` acts as. ApiError 403 when they may not, 500 when no user is named."""
    name = headers.get("impersonate-user", "")
    groups = _values(headers.get("impersonate-group", ""))
    uid = headers.get("impersonate-uid", "")
    extra = {
        unquote(header.removeprefix(EXTRA)): _values(value)
        for header, value in headers.items()
        if header.startswith(EXTRA)
    }
    if not name:
        wanted = ", ".join(header for header in headers if header.startswith(PREFIX))
        raise status.internal(f"requested [{wanted}] without impersonating a user")
    questions = [_who(name), *(Attributes(VERB, "", "v1", "groups", name=group) for group in groups)]
    for key, values in extra.items():
        questions += [Attributes(VERB, GROUP, "v1", "userextras", key, name=value) for value in values]
    if uid:
        questions.append(Attributes(VERB, GROUP, "v1", "uids", name=uid))
    for question in questions:
        authorizer.authorize(user, question)
    return User(name, uid, _groups(name, groups), tuple(sorted(extra.items())))


def _who(name: str) -> Attributes:
    namespace, _, account = name.removeprefix(ACCOUNT).partition(":")
    if name.startswith(ACCOUNT) and namespace and account:
        return Attributes(VERB, "", "v1", "serviceaccounts", namespace=namespace, name=account)
    return Attributes(VERB, "", "v1", "users", name=name)


def _groups(name: str, groups: tuple[str, ...]) -> tuple[str, ...]:
    """The groups that come by themselves: a service account's, and that of the known or the unknown."""
    if not groups and name.startswith(ACCOUNT):
        groups = service_account_groups(name.removeprefix(ACCOUNT).partition(":")[0])
    own = UNAUTHENTICATED if name == ANONYMOUS else AUTHENTICATED
    return groups if AUTHENTICATED in groups or UNAUTHENTICATED in groups else (*groups, own)


def _values(text: str) -> tuple[str, ...]:
    """The values of a header that may be repeated: HTTP joins them with commas."""
    return tuple(value for value in (part.strip() for part in text.split(",")) if value)
