"""The command line: `manage.py …` in the source tree, `kubelearn …` where it is installed."""

from __future__ import annotations

import os
import sys


def main() -> None:
    if sys.argv[1:2] == ["kubectl"]:  # a client only: it need not wait for Django to be set up
        from cluster.kubectl import process

        sys.exit(process.start(sys.argv[2:], os.environ))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kubelearn.settings")
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
