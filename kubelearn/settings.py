"""Settings. Everything a person may change comes from the environment; secrets are generated into the data folder.

KUBELEARN_DATA   folder of the database, keys and kubeconfig (default `.data`)
KUBELEARN_HTTP   address of the pages and `/api/` (default 127.0.0.1:8000)
KUBELEARN_HTTPS  address of the Kubernetes API (default 127.0.0.1:6443)
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

# Autobahn's native masks need a C parser at every start (60 ms, 1.3 MB); no WebSocket here carries enough to gain by them.
os.environ.setdefault("AUTOBAHN_USE_NVX", "0")

PACKAGE = Path(__file__).resolve().parent
IS_INSTALLED = (PACKAGE / "templates").is_dir()
BASE_DIR = PACKAGE if IS_INSTALLED else PACKAGE.parent
"""Where templates and static files are: in the source tree beside the packages, in an installed one within this."""
DATA_DIR = Path(os.environ.get("KUBELEARN_DATA", (Path.cwd() if IS_INSTALLED else BASE_DIR) / ".data")).resolve()
HTTP_ADDRESS = os.environ.get("KUBELEARN_HTTP", "127.0.0.1:8000")
HTTPS_ADDRESS = os.environ.get("KUBELEARN_HTTPS", "127.0.0.1:6443")


def _secret_key() -> str:
    """The key in the data folder; a fresh one where there is no folder yet, which the server then keeps there."""
    path = DATA_DIR / "secret-key"
    key = secrets.token_urlsafe(50)
    try:
        if found := path.read_text():
            return found
        path.unlink()
    except OSError:
        pass
    if DATA_DIR.is_dir() and os.access(DATA_DIR, os.W_OK):
        return keep_secret_key(path, key)
    return key


def keep_secret_key(path: Path, key: str) -> str:
    """Write the key whole or not at all; of two processes that do, the first one's is kept."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(key)
        os.link(unfinished, path)
    except FileExistsError:
        return path.read_text()
    except OSError:
        return key
    finally:
        unfinished.unlink(missing_ok=True)
    return key


SECRET_KEY = _secret_key()
DEBUG = False
EXTRA_HOSTS = [host for host in os.environ.get("KUBELEARN_HOSTS", "").split(",") if host]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver", *EXTRA_HOSTS]

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "template_partials",
    "cluster",
    "dashboard",
    "kubelearn",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kubelearn.middleware.content_security_policy",
]

ROOT_URLCONF = "kubelearn.urls"
ASGI_APPLICATION = "kubelearn.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "kubelearn.sqlite3",
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;",
            "transaction_mode": "IMMEDIATE",
        },
        # A file, one a process: threads see the same tables, and SQLite behaves as it does in use.
        "TEST": {"NAME": Path(tempfile.gettempdir()) / f"kubelearn-test-{os.getpid()}.sqlite3"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["dashboard.permission.OwnerChanges"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "KubeLearn",
    "DESCRIPTION": "Clusters, components, hops, journeys, etcd's revisions and the scheduler's decisions.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"ModeEnum": "dashboard.api.serializers.MODES", "PaceEnum": "cluster.wire.pace.MODES"},
}

# How many hops are kept: in memory (newest, with bodies for the last `payloads`), in the database, and per second.
WIRE_RING_SIZE = int(os.environ.get("KUBELEARN_WIRE_RING", "8192"))
WIRE_PAYLOADS = int(os.environ.get("KUBELEARN_WIRE_PAYLOADS", "8192"))
RECORDER_TABLE_SIZE = int(os.environ.get("KUBELEARN_RECORDER_ROWS", "100000"))
RECORDER_ROWS_PER_SECOND = int(os.environ.get("KUBELEARN_RECORDER_RATE", "200"))
# A file with an audit policy (audit.k8s.io/v1); the log is then written to the data folder, audit/<cluster>.log.
AUDIT_POLICY = os.environ.get("KUBELEARN_AUDIT_POLICY", "")
# How much of the revision log is kept per cluster.
ETCD_KEEP_REVISIONS = int(os.environ.get("KUBELEARN_KEEP_REVISIONS", "100000"))
