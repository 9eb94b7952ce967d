"""Tokens in Secrets: those of accounts, and those with which nodes join."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.clock import rfc3339
from tests.cluster.apiserver.conftest import refused

from .conftest import Office


def encoded(**data: str) -> dict[str, str]:
    return {name.replace("_", "-"): base64.b64encode(text.encode()).decode() for name, text in data.items()}


async def secret(office: Office, name: str = "build", account: str = "robot") -> None:
    note = {"kubernetes.io/service-account.name": account}
    await office.make("Secret", name, metadata={"annotations": note}, type="kubernetes.io/service-account-token")


async def who(office: Office, token: str) -> str:
    """Whom the API server takes the holder of a token for."""
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    response = await office.home.ask("POST", path, {"metadata": {}}, token=token)
    return str(response.body.object["status"].get("userInfo", {}).get("username")) if response.status < 400 else ""


async def test_a_secret_is_filled_with_its_accounts_token(office: Office) -> None:
    await office.start("serviceaccount-token")
    account = await office.make("ServiceAccount", "robot")
    await secret(office)
    found = await office.get("Secret", "build")
    data = {name: base64.b64decode(text).decode() for name, text in found["data"].items()}
    assert (data["ca.crt"], data["namespace"]) == ("CA", "default")
    assert found["metadata"]["annotations"]["kubernetes.io/service-account.uid"] == meta.uid_of(account)
    assert await who(office, data["token"]) == "system:serviceaccount:default:robot"
    office.clock.jump(400 * 86400)
    await office.clock.settle()
    assert await who(office, data["token"]) == "system:serviceaccount:default:robot"


async def test_a_secrets_token_ends_with_the_secret(office: Office) -> None:
    await office.start("serviceaccount-token")
    await office.make("ServiceAccount", "robot")
    await secret(office)
    token = base64.b64decode((await office.get("Secret", "build"))["data"]["token"]).decode()
    await office.change("Secret", "build", {"data": {"token": encoded(x="another")["x"]}})
    assert await who(office, token) == ""
    await office.change("Secret", "build", {"data": {"token": encoded(x=token)["x"]}})
    assert await who(office, token) == "system:serviceaccount:default:robot"
    await office.delete("Secret", "build")
    assert await who(office, token) == ""


async def test_secrets_go_with_their_account(office: Office) -> None:
    await office.start("serviceaccount-token")
    await office.make("ServiceAccount", "robot")
    await secret(office)
    await secret(office, "of-nobody", "nobody")
    assert await office.names("Secret") == ["build"]
    await office.delete("ServiceAccount", "robot")
    assert await office.names("Secret") == []


async def test_tokens_that_were_made_by_themselves_go_after_two_unused_years(office: Office) -> None:
    await office.make("ServiceAccount", "robot", secrets=[{"name": "old"}])
    for name in ("old", "by-a-person"):
        await secret(office, name)
    await office.start("legacy-serviceaccount-token-cleaner")
    office.clock.jump(366 * 86400)
    await office.clock.settle()
    found = await office.get("Secret", "old")
    assert list(found["metadata"]["labels"]) == ["kubernetes.io/legacy-token-invalid-since"]
    office.clock.jump(366 * 86400)
    await office.clock.settle()
    assert await office.names("Secret") == ["by-a-person"]


async def join_token(office: Office, id: str = "abcdef", **more: str) -> None:
    fields = {"token_id": id, "token_secret": "0123456789abcdef", "usage_bootstrap_signing": "true", **more}
    name = f"bootstrap-token-{id}"
    await office.make("Secret", name, "kube-system", type="bootstrap.kubernetes.io/token", data=encoded(**fields))


async def test_the_cluster_info_is_signed_by_every_good_token(office: Office) -> None:
    await office.start("bootstrapsigner", "tokencleaner")
    await office.make("ConfigMap", "cluster-info", "kube-public", data={"kubeconfig": "where: here"})
    ends = rfc3339(office.clock.now() + 600)
    await join_token(office, expiration=ends)
    await join_token(office, "notsig", usage_bootstrap_signing="false")
    data = await info(office)
    assert list(data) == ["jws-kubeconfig-abcdef", "kubeconfig"]
    header, content, signature = data["jws-kubeconfig-abcdef"].split(".")
    assert content == ""
    signed = f"{header}.{base64.urlsafe_b64encode(b'where: here').decode().rstrip('=')}"
    key = b"abcdef.0123456789abcdef"
    wanted = base64.urlsafe_b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode().rstrip("=")
    assert signature == wanted
    await office.clock.advance(700)
    assert list(await info(office)) == ["kubeconfig"]
    assert "bootstrap-token-abcdef" not in await office.names("Secret", "kube-system")


async def info(office: Office) -> dict[str, Any]:
    found: Obj = await office.get("ConfigMap", "cluster-info", "kube-public")
    return dict(sorted(found["data"].items()))


async def test_a_token_of_which_nothing_is_known_is_refused(office: Office) -> None:
    client = office.home.connect("x.y.z")
    assert (await refused(client.get("Pod", "web", "default"))).code == 401
