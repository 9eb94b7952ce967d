"""`manage.py kubectl …`: the Python kubectl against the running installation, over HTTPS.

`manage.py` itself starts it without setting Django up, which kubectl does not need; this makes it a command among the
others, for `call_command` and `manage.py help`.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from cluster.kubectl import process


class Command(BaseCommand):
    help = "kubectl, in Python: the same commands and output as the real one (docs/kubectl.md)."
    requires_system_checks: list[str] = []  # Django's own declaration

    def run_from_argv(self, argv: list[str]) -> None:
        """kubectl reads its own arguments: Django's options are not among them."""
        sys.exit(process.start(argv[2:], os.environ))

    def handle(self, *args: Any, **options: Any) -> None:
        if code := process.start(args, os.environ):
            sys.exit(code)
