"""`manage.py run`: the whole of KubeLearn in one process.

1. the data folder, the database and its migrations; 2. both sockets; 3. the server, and on its event loop the
clusters; 4. the login link, the kubeconfig and the API token. Whatever is wrong is one clear line and exit code 1.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Start KubeLearn: pages, Kubernetes API and all clusters, in one process."
    requires_system_checks: list[str] = []  # Django's own declaration
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        prepare_folder(settings.DATA_DIR)
        prepare_database()
        from kubelearn import web_server

        try:
            plain = web_server.listening_socket(settings.HTTP_ADDRESS)
            secure = web_server.listening_socket(settings.HTTPS_ADDRESS)
            self._serve(web_server, plain, secure)
        except web_server.ServerError as error:
            raise CommandError(str(error)) from error

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


def prepare_folder(folder: Path) -> None:
    """Make the data folder, private to its owner. Raises CommandError."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(f"the data folder {folder} cannot be written: {error.strerror}") from error


def prepare_database() -> None:
    """Migrate. A database that a newer version has written is left alone. Raises CommandError."""
    path = settings.DATABASES["default"]["NAME"]
    try:
        if not os.path.exists(path):
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        executor = MigrationExecutor(connection)
        unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
        if unknown:
            app, name = min(unknown)
            raise CommandError(f"the database {path} is from a newer version of KubeLearn (it has {app}.{name})")
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise CommandError(f"the database {path} cannot be used: {error}") from error
    finally:
        connection.close()
