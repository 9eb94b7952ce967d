"""Names of images. Models: distribution/reference, pkg/util/parsers/parsers.go v1.37"""

from __future__ import annotations

import functools
import re

_reference = re.compile(
    r"^(?:[a-zA-Z0-9.-]+(?::\d+)?/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$"
)


@functools.lru_cache(maxsize=1024)
def full_name(image: str) -> str:
    """`nginx` is `docker.io/library/nginx:latest`."""
    first, slash, _ = image.partition("/")
    if not slash:
        image = f"docker.io/library/{image}"
    elif "." not in first and ":" not in first and first != "localhost":
        image = f"docker.io/{image}"
    return image if ":" in image.rpartition("/")[2] or "@" in image else f"{image}:latest"


@functools.lru_cache(maxsize=1024)
def malformed(image: str) -> str:
    """ "" for a text that can be an image's name, else what is wrong with it."""
    if _reference.match(image):
        return ""
    if _reference.match(image.lower()):
        return "invalid reference format: repository name must be lowercase"
    return "invalid reference format"
