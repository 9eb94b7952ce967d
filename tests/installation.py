"""A real installation for tests: `manage.py run` in its own process, folder and ports."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60
DEMO = "demo"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any], seconds: float = 40) -> Any:
    """What `condition` finds, once it finds something; fails the test after so many real seconds."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)
    return found


class Installation:
    """One KubeLearn process; `stop`, `kill` and `start` it as a person or a power cut would."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.settings = settings
        self.data = folder / "data"
        self.http = f"127.0.0.1:{free_port()}"
        self.https = f"127.0.0.1:{free_port()}"
        self.log = folder / "server.log"
        self._making_tls = threading.Lock()
        self._tls: dict[str, tuple[str, ssl.SSLContext]] = {}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "KUBELEARN_DATA": str(self.data),
            "KUBELEARN_HTTP": self.http,
            "KUBELEARN_HTTPS": self.https,
            **self.settings,
        }

    @property
    def kubeconfig(self) -> Path:
        return self.data / "kubeconfig"

    def start(self) -> None:
        """Start it and wait until it has printed its link."""
        offset = self.spawn()
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while not self.link(offset):
            assert self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.output()}"
            assert time.monotonic() < deadline, f"it did not start:\n{self.output()}"
            time.sleep(0.02)

    def spawn(self) -> int:
        """Start it without waiting; where its output begins in the log."""
        with self.log.open("ab") as log:
            offset = log.tell()
            command = [sys.executable, str(ROOT / "manage.py"), "run"]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        return offset

    def link(self, offset: int = 0) -> str:
        """The one-time login link printed since `offset`, "" when there is none yet."""
        if not self.log.exists():
            return ""
        found = re.findall(r"(?m)^(http://\S+)$", self.log.read_bytes()[offset:].decode())
        return found[-1] if found else ""

    def stop(self, seconds: float = 10.0) -> int:
        """Ctrl-C; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    # --- asking it -------------------------------------------------------------------------------------------------

    def api(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Ask KubeLearn's own REST, `/api/…`, with the token of the data folder."""
        request = urllib.request.Request(f"http://{self.http}{path}", method=method)
        request.add_header("Authorization", f"Bearer {(self.data / 'token').read_text()}")
        request.add_header("Accept", "application/json")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def tls(self, cluster: str = DEMO) -> ssl.SSLContext:
        """TLS with a kubeconfig's CA and client certificate; one context a kubeconfig."""
        if cluster == DEMO:
            text = self.kubeconfig.read_text()
        else:
            text = self.api(f"/api/clusters/{cluster}/kubeconfig/")["kubeconfig"]
        with self._making_tls:
            if cluster not in self._tls or (cluster == DEMO and self._tls[cluster][0] != text):
                self._tls[cluster] = (text, self._context(yaml.safe_load(text)))
            return self._tls[cluster][1]

    def _context(self, config: Any) -> ssl.SSLContext:
        trusted, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        context = ssl.create_default_context(cadata=base64.b64decode(trusted["certificate-authority-data"]).decode())
        with tempfile.NamedTemporaryFile() as pem:
            pem.write(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
            pem.flush()
            context.load_cert_chain(pem.name)
        return context

    def kube(
        self,
        path: str,
        method: str = "GET",
        body: Any = None,
        *,
        content_type: str = "application/json",
        cluster: str = DEMO,
    ) -> tuple[int, Any]:
        """Ask the Kubernetes API of a cluster as its administrator; (status code, decoded body)."""
        request = urllib.request.Request(f"https://{self.https}/clusters/{cluster}{path}", method=method)
        if body is not None:
            request.add_header("Content-Type", content_type)
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.tls(cluster)) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def kubectl(
        self, path: str, *arguments: str, seconds: float = 60.0, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run the real kubectl against `demo`."""
        environment = {**os.environ, "KUBECONFIG": str(self.kubeconfig), "KUBECACHEDIR": str(self.data / "kubecache")}
        return subprocess.run(
            [path, *arguments],
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )


@contextmanager
def installation(folder: Path, *, like: Installation | None = None, **settings: str) -> Iterator[Installation]:
    """A started installation, with more environment variables; its log is printed when the test fails."""
    installed = like or Installation(folder, **settings)
    try:
        installed.start()
        yield installed
    except BaseException:
        print(installed.output()[-8000:])
        raise
    finally:
        if installed.process is not None and installed.process.poll() is None:
            installed.kill()
