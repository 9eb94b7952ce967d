"""How simulated images behave."""

from __future__ import annotations

import pytest

from cluster.runtime import images


@pytest.mark.parametrize(
    ("image", "command", "seconds", "code"),
    [
        ("nginx", [], None, 0),
        ("busybox", ["sleep", "5"], 5.0, 0),
        ("busybox", ["sh", "-c", "sleep 2"], 2.0, 0),
        ("busybox", ["sh", "-c", "while true; do echo x; sleep 1; done"], None, 0),
        ("crash", [], 1.0, 1),
        ("hello-world", [], 0.0, 0),
        ("example.com/anything:1", [], None, 0),
    ],
)
def test_an_image_serves_ends_or_fails(image: str, command: list[str], seconds: float | None, code: int) -> None:
    found = images.behaviour(image, tuple(command), ())
    assert (found.seconds, found.exit_code) == (seconds, code)


def test_some_images_never_pull() -> None:
    assert images.pulls("nginx") == ""
    assert "nope:1: not found" in images.pulls("nope:1")


@pytest.mark.parametrize(
    ("image", "broken", "pulled"),
    [
        ("nginx:1.27", "nginx", False),
        ("nginx", "docker.io/library/nginx", False),
        ("nginx:1.27", "nginx:1.26", True),
        ("nginx", "nginx:latest", False),
        ("example.org:5000/nginx", "nginx", True),
    ],
)
def test_an_image_that_somebody_broke_is_not_pulled(image: str, broken: str, pulled: bool) -> None:
    assert (images.pulls(image, {broken}) == "") is pulled
