"""The data folder: private, locked by the one server that uses it, with a database of this version that is whole.

Whatever is wrong is a CommandError of one line, and nothing has been changed.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from kubelearn.settings import keep_secret_key

logger = logging.getLogger(__name__)

CHECKED_BYTES = 64 * 1024 * 1024
"""A database up to this size is checked page by page at every start (2 ms a megabyte)."""


def prepare(folder: Path) -> None:
    """Make the data folder, private to its owner; who signs in on the first start stays so over the next."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(f"the data folder {folder} cannot be written: {error.strerror}") from error
    keep_secret_key(folder / "secret-key", settings.SECRET_KEY)


def lock(folder: Path) -> IO[str]:
    """Take the folder for this process; it is free again when the file is closed or the process ends, however."""
    file = os.fdopen(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        who = file.read().strip()
        file.close()
        raise CommandError(f"the data folder {folder} is in use by another KubeLearn (process {who})") from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def prepare_database() -> None:
    """Migrate. A database that a newer version has written, or that is damaged, is left alone."""
    path = Path(settings.DATABASES["default"]["NAME"])
    try:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        executor = MigrationExecutor(connection)
        unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
        if unknown:
            app, name = min(unknown)
            raise CommandError(f"the database {path} is from a newer version of KubeLearn (it has {app}.{name})")
        _check(path)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise CommandError(f"the database {path} cannot be used: {error}") from error
    finally:
        connection.close()


def leave_whole() -> None:
    """After the last write: everything into the one file, so that a copy of it is a backup."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except DatabaseError:
        logger.warning("the database could not be tidied; the next start will")
    finally:
        connection.close()


def _check(path: Path) -> None:
    if path.stat().st_size > CHECKED_BYTES:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        (found,) = cursor.fetchone()
    if found != "ok":
        raise CommandError(f"the database {path} is damaged: {' '.join(found.split())}")
