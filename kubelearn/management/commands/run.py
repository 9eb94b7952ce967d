"""`manage.py run`: the whole of KubeLearn in one process.

1. the data folder, the database and its migrations; 2. both sockets; 3. the server, and on its event loop the
clusters; 4. the login link, the kubeconfig and the API token. Whatever is wrong is one clear line and exit code 1.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from kubelearn import data_folder


class Command(BaseCommand):
    help = "Start KubeLearn: pages, Kubernetes API and all clusters, in one process."
    requires_system_checks: list[str] = []  # Django's own declaration
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        data_folder.prepare(settings.DATA_DIR)
        with data_folder.lock(settings.DATA_DIR):
            data_folder.prepare_database()
            self._run()
            data_folder.leave_whole()

    def _run(self) -> None:
        from cluster.kubeadm import pki
        from kubelearn import web_server

        try:
            plain = web_server.listening_socket(settings.HTTP_ADDRESS)
            secure = web_server.listening_socket(settings.HTTPS_ADDRESS)
            self._serve(web_server, plain, secure)
        except (web_server.ServerError, pki.PkiError) as error:
            raise CommandError(str(error)) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(f"KubeLearn cannot start: {error}") from error

    def _serve(self, web_server: Any, plain: Any, secure: Any) -> None:
        from cluster.kubeadm import pki
        from cluster.kubeadm.fleet import FLEET
        from kubelearn import collector, tls, welcome
        from kubelearn.asgi import application

        serving = pki.serving_identity(settings.DATA_DIR, FLEET.settings.https_address)
        context = tls.TlsContext(serving.certificate_path, serving.key_path)
        server = web_server.Server(application, plain, secure, context)

        async def start() -> None:
            await FLEET.start_up()
            server.listen_tls()
            await welcome.write_credentials(FLEET)
            link = await welcome.login_link()
            collector.calm()
            self.stdout.write(welcome.text(link))
            self.stdout.flush()

        web_server.serve(server, start, FLEET.shut_down)
