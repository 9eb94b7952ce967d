"""What a start leaves for its owner: the login link, the kubeconfig and the token of `/api/`."""

from __future__ import annotations

import asyncio
import secrets

from django.conf import settings

from cluster.kubeadm import demo, kubeconfig
from cluster.kubeadm.fleet import Fleet
from dashboard import login


async def write_credentials(fleet: Fleet) -> None:
    """Write `kubeconfig` (one context a cluster, `demo` current) and `token`, both for the owner's eyes only."""
    texts = [fleet.clusters[slug].kubeconfig() for slug in sorted(fleet.clusters, key=lambda slug: slug != demo.SLUG)]
    await asyncio.to_thread(kubeconfig.write_private, settings.DATA_DIR / "kubeconfig", kubeconfig.merge(texts))
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


def _write_token() -> None:
    path = settings.DATA_DIR / "token"
    if not path.exists() or not path.read_text().strip():
        kubeconfig.write_private(path, secrets.token_urlsafe(32))
