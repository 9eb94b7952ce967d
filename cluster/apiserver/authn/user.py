"""A user: a name and its groups, as an authenticator found them."""

from __future__ import annotations

from dataclasses import dataclass

from cluster.apimachinery.meta import Obj

AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
ANONYMOUS = "system:anonymous"
MASTERS = "system:masters"


@dataclass(frozen=True, slots=True)
class User:
    """`extra` holds (key, values) pairs."""

    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def as_user_info(self) -> Obj:
        """authentication.k8s.io/v1 UserInfo."""
        info: Obj = {"username": self.name}
        if self.uid:
            info["uid"] = self.uid
        if self.groups:
            info["groups"] = list(self.groups)
        if self.extra:
            info["extra"] = {key: list(values) for key, values in self.extra}
        return info


def service_account_groups(namespace: str) -> tuple[str, ...]:
    """Models: apiserver/pkg/authentication/serviceaccount/util.go MakeGroupNames"""
    return ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
