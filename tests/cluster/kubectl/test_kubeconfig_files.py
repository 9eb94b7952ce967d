"""A kubeconfig of several files: what changes is written where it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.kubectl import kubeconfig_files
from cluster.kubectl.errors import CommandError


def context(name: str, **values: str) -> dict[str, Any]:
    return {"name": name, "context": values}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text(yaml.safe_dump({"contexts": [context("a", user="u")]}))
    second.write_text(yaml.safe_dump({"contexts": [context("b", user="u")], "current-context": "b"}))
    return [first, second]


def test_a_change_goes_to_the_file_that_it_came_from(files: list[Path]) -> None:
    config = kubeconfig_files.read(files)
    config["contexts"] = [context("a", user="v"), context("b", user="w"), context("c", user="x")]
    config["current-context"] = "c"
    kubeconfig_files.write(files, config)
    first, second = (yaml.safe_load(path.read_text()) for path in files)
    assert first["contexts"] == [context("a", user="v"), context("c", user="x")]
    assert second["contexts"] == [context("b", user="w")]
    assert (first["current-context"], second["current-context"]) == ("", "c")  # where it stood before


def test_a_file_that_does_not_change_is_left_alone(files: list[Path]) -> None:
    before = files[0].read_bytes()
    config = kubeconfig_files.read(files)
    config["contexts"] = [each for each in config["contexts"] if each["name"] != "b"]
    kubeconfig_files.write(files, config)
    assert files[0].read_bytes() == before
    assert yaml.safe_load(files[1].read_text())["contexts"] is None


def test_only_the_owner_may_read_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "config"
    kubeconfig_files.write([path], {"users": [{"name": "me", "user": {"token": "t"}}]})
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["config"]


def test_the_named_file_wins_over_the_environment(tmp_path: Path) -> None:
    (tmp_path / "named").write_text("{}")
    named = str(tmp_path / "named")
    assert kubeconfig_files.paths(["get", "pods", "--kubeconfig", named], {"KUBECONFIG": "/other"}) == [Path(named)]
    assert kubeconfig_files.paths(["get"], {"KUBECONFIG": "/x:/y"}) == [Path("/x"), Path("/y")]
    with pytest.raises(CommandError, match="no such file"):
        kubeconfig_files.paths(["--kubeconfig=/nowhere/at/all"], {})
