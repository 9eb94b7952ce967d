"""The serviceaccount-token loop: Secrets that ask for an account's token get one, and go with their account.

Watches Secrets of type kubernetes.io/service-account-token and ServiceAccounts · writes the token, the CA and the namespace
into them, or deletes them. Models: pkg/controller/serviceaccount/tokens_controller.go v1.37
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.core.secret import ACCOUNT_NAME, ACCOUNT_TOKEN
from cluster.controllers.loop import DONE, Loop, Result, Wish, overtaken

ACCOUNT_UID = "kubernetes.io/service-account.uid"
TOKEN, CA, NAMESPACE = "token", "ca.crt", "namespace"

SignToken = Callable[[Obj, Obj], str]
"""(account, secret) -> a token that is good as long as both are there."""


def _cannot(account: Obj, secret: Obj) -> str:
    raise ValueError("no key to sign with")


class ServiceAccountTokenLoop(Loop):
    """Fills Secrets."""

    name = "serviceaccount-token"
    source = "serviceaccount-token-controller"
    workers = 1
    wish = Wish(
        "Secret",
        "filled",
        lambda obj: 1,
        lambda obj: int("token" in (obj.get("data") or {})),
        lambda obj: is_token(obj),
    )
    root_ca = ""

    def watch(self) -> None:
        self.sign_token: SignToken = _cannot
        self.accounts = self.informers.informer("ServiceAccount")
        self.secrets = self.informers.informer("Secret")
        self.secrets.add_index("account", lambda secret: [account_key(secret)] if is_token(secret) else [])
        self.secrets.add_handler(self.enqueuing(lambda secret: [meta.key_of(secret)] if is_token(secret) else []))
        self.accounts.add_handler(self.on_account)

    def on_account(self, type: str, old: Obj | None, new: Obj | None) -> None:
        for secret in self.secrets.by_index("account", meta.key_of(new or old or {})):
            self.enqueue(secret)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 without its account it goes · 3 what it lacks."""
        secret = self.secrets.store.get(key)
        if secret is None or not is_token(secret):
            return DONE
        account = await self._account_of(secret)
        try:
            if account is None:
                options = {"preconditions": {"uid": meta.uid_of(secret)}}
                await self.client.delete("Secret", meta.name_of(secret), meta.namespace_of(secret), options)
            elif (filled := self._filled(secret, account)) != secret:
                await self.client.update("Secret", filled)
        except ApiError as error:
            return overtaken(error)
        return DONE

    async def _account_of(self, secret: Obj) -> Obj | None:
        """As the informer knows it, or as it is: a Secret is not deleted because of old news."""
        namespace, name = meta.split_key(account_key(secret))
        known = self.accounts.get(name, namespace)
        if known is not None and _is_of(secret, known):
            return known
        try:
            known = await self.client.get("ServiceAccount", name, namespace)
        except ApiError as error:
            if error.code != 404:
                raise
            return None
        return known if _is_of(secret, known) else None

    def _filled(self, secret: Obj, account: Obj) -> Obj:
        notes = {**meta.annotations_of(secret), ACCOUNT_UID: meta.uid_of(account)}
        secret = {**secret, "metadata": {**secret["metadata"], "annotations": notes}}
        data = dict(secret.get("data") or {})
        if data.get(CA) != (root := _encoded(self.root_ca)):
            data[CA] = root
        data.setdefault(NAMESPACE, _encoded(meta.namespace_of(secret)))
        if not data.get(TOKEN):
            data[TOKEN] = _encoded(self.sign_token(account, secret))
        return {**secret, "data": data}


# --- pure -----------------------------------------------------------------------------------------------------------


def is_token(secret: Obj) -> bool:
    return secret.get("type") == ACCOUNT_TOKEN and bool(meta.annotations_of(secret).get(ACCOUNT_NAME))


def account_key(secret: Obj) -> str:
    return f"{meta.namespace_of(secret)}/{meta.annotations_of(secret).get(ACCOUNT_NAME, '')}"


def _is_of(secret: Obj, account: Obj) -> bool:
    return meta.annotations_of(secret).get(ACCOUNT_UID) in (None, "", meta.uid_of(account))


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
