"""`manage.py apiserver`: the Kubernetes API alone, in one process: etcd and the API server, no pages, no other component.

    kubelearn apiserver --https 127.0.0.1:6443
    kubelearn apiserver --component kube-controller-manager --component kube-scheduler --component machines --nodes 3

It keeps its cluster in the data folder as `run` does, and writes the kubeconfig there. Without the controller manager
there is nobody who makes service accounts: pods need none then, and no namespace is ever emptied.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from kubelearn import data_folder

COMPONENTS = ("kube-controller-manager", "kube-scheduler", "machines")
MOST_NODES = 100


class Command(BaseCommand):
    help = "Serve the Kubernetes API alone; other components only where they are named."
    requires_system_checks: list[str] = []  # Django's own declaration
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--https", default=settings.HTTPS_ADDRESS, help="address, host:port (%(default)s)")
        parser.add_argument(
            "--component", action="append", default=[], choices=COMPONENTS, help="run this one too; may be repeated"
        )
        parser.add_argument("--nodes", type=int, default=0, help="nodes of a cluster that is made (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["nodes"] <= MOST_NODES:
            raise CommandError(f"--nodes: 0 to {MOST_NODES}")
        data_folder.prepare(settings.DATA_DIR)
        with data_folder.lock(settings.DATA_DIR):
            data_folder.prepare_database()
            self._run(options["https"], frozenset(options["component"]), options["nodes"])
            data_folder.leave_whole()

    def _run(self, address: str, components: frozenset[str], nodes: int) -> None:
        from cluster.kubeadm import pki
        from kubelearn import web_server

        try:
            self._serve(address, components, nodes)
        except (web_server.ServerError, pki.PkiError) as error:
            raise CommandError(str(error)) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(f"the API server cannot start: {error}") from error

    def _serve(self, address: str, components: frozenset[str], nodes: int) -> None:
        from cluster.apiserver.asgi import KubernetesApp
        from cluster.kubeadm import demo, pki
        from cluster.kubeadm.fleet import Fleet
        from cluster.kubeadm.settings import from_django
        from kubelearn import collector, tls, web_server, welcome

        secure = web_server.listening_socket(address)
        fleet = Fleet(replace(from_django(), https_address=address, only=components))
        serving = pki.serving_identity(settings.DATA_DIR, address)
        context = tls.TlsContext(serving.certificate_path, serving.key_path)
        server = web_server.Server(KubernetesApp(fleet.wire_of), None, secure, context)

        async def start() -> None:
            await fleet.start_up(demo.node_names(nodes - 1) if nodes else ())
            server.listen_tls()
            await asyncio.to_thread(welcome.write_kubeconfig, fleet)
            collector.calm()
            where = settings.DATA_DIR / "kubeconfig"
            self.stdout.write(
                f"The Kubernetes API is served on https://{address}\nKUBECONFIG={where}\nCtrl-C stops it."
            )
            self.stdout.flush()

        web_server.serve(server, start, fleet.shut_down)
