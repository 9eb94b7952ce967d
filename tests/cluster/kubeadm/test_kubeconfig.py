"""kubeconfig files: credentials embedded, several clusters in one, for the owner only."""

from __future__ import annotations

from pathlib import Path

import yaml

from cluster.kubeadm import kubeconfig


def test_a_kubeconfig_carries_its_credentials_and_its_own_context() -> None:
    text = kubeconfig.kubeconfig("demo", "https://127.0.0.1:6443/clusters/demo", b"ca", b"cert", b"key")
    config = yaml.safe_load(text)
    assert (config["current-context"], config["contexts"][0]["name"]) == ("demo", "demo")
    assert config["users"][0]["user"] == {"client-certificate-data": "Y2VydA==", "client-key-data": "a2V5"}
    assert config["clusters"][0]["cluster"]["certificate-authority-data"] == "Y2E="


def test_merged_kubeconfigs_keep_the_first_context_current() -> None:
    texts = [kubeconfig.kubeconfig(name, f"https://h/clusters/{name}", b"a", b"b", b"c") for name in ("demo", "two")]
    config = yaml.safe_load(kubeconfig.merge(texts))
    assert config["current-context"] == "demo"
    assert [context["name"] for context in config["contexts"]] == ["demo", "two"]
    assert [user["name"] for user in config["users"]] == ["demo-admin", "two-admin"]


def test_the_context_that_its_owner_chose_stays_current_while_there_is_one_of_that_name(tmp_path: Path) -> None:
    texts = [kubeconfig.kubeconfig(name, f"https://h/clusters/{name}", b"a", b"b", b"c") for name in ("demo", "two")]
    path = tmp_path / "kubeconfig"
    assert kubeconfig.current_context(path) == ""
    path.write_text(kubeconfig.merge(texts, "two"))
    assert kubeconfig.current_context(path) == "two"
    assert yaml.safe_load(kubeconfig.merge(texts[:1], "two"))["current-context"] == "demo"
    for broken in (": {", "[]", "\x00"):
        path.write_text(broken)
        assert kubeconfig.current_context(path) == ""


def test_without_clusters_it_is_an_empty_kubeconfig() -> None:
    assert yaml.safe_load(kubeconfig.merge([])) == {
        "apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []
    }  # fmt: skip


def test_a_kubeconfig_on_disk_is_for_its_owner_only(tmp_path: Path) -> None:
    kubeconfig.write_private(tmp_path / "kubeconfig", "text")
    assert oct((tmp_path / "kubeconfig").stat().st_mode & 0o777) == "0o600"
