"""What a start leaves for its owner: the login link, the kubeconfig and the token of `/api/`."""

from __future__ import annotations

import asyncio
import secrets

from django.conf import settings

from cluster.kubeadm import demo, kubeconfig
from cluster.kubeadm.fleet import Fleet
from dashboard import login


async def write_credentials(fleet: Fleet) -> None:
    """Write `kubeconfig` and `token`, both for the owner's eyes only; the kubeconfig again whenever clusters come or go."""

    async def write() -> None:
        await asyncio.to_thread(write_kubeconfig, fleet)

    await write()
    fleet.on_change.append(write)
    await asyncio.to_thread(_write_token)


async def login_link() -> str:
    """A fresh one-time link to the pages."""
    path = await asyncio.to_thread(login.make_link)
    return f"http://{settings.HTTP_ADDRESS}{path}"


def text(link: str) -> str:
    return "\n".join(
        [
            "KubeLearn is running. Open this link once to sign in:",
            "",
            link,
            "",
            f"kubectl:  KUBECONFIG={settings.DATA_DIR / 'kubeconfig'} kubectl get nodes",
            f"REST:     http://{settings.HTTP_ADDRESS}/api/  (token in {settings.DATA_DIR / 'token'})",
            "Ctrl-C stops it; starting again continues where it was.",
        ]
    )


def write_kubeconfig(fleet: Fleet) -> None:
    """One context a cluster; current is the one that the owner chose (`kubectl config use-context`), at first `demo`."""
    names = sorted(fleet.clusters, key=lambda slug: slug != demo.SLUG)
    texts = [fleet.clusters[name].kubeconfig() for name in names]
    path = settings.DATA_DIR / "kubeconfig"
    kubeconfig.write_private(path, kubeconfig.merge(texts, kubeconfig.current_context(path)))


def _write_token() -> None:
    path = settings.DATA_DIR / "token"
    if not path.exists() or not path.read_text().strip():
        kubeconfig.write_private(path, secrets.token_urlsafe(32))
