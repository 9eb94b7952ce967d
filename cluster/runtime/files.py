"""What containers see as files: an image's, a layer of their own above it, volumes mounted over both.

A volume is a flat table of paths, shared by whom it is mounted into; made when something is written. Texts stand for
bytes (a character each where they are no UTF-8). Errors carry the C library's words. Models: containerd's snapshots, mount(2)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LARGEST_VOLUME = 4 * 1024 * 1024
"""Characters that are really kept of one volume; more is ENOSPC."""
NO_ENTRY, IS_DIRECTORY, NOT_DIRECTORY = "No such file or directory", "Is a directory", "Not a directory"
EXISTS, NOT_EMPTY, READ_ONLY, NO_SPACE = (
    "File exists",
    "Directory not empty",
    "Read-only file system",
    "No space left on device",
)


class FileError(Exception):
    """A file operation that failed, with errno's words."""


@dataclass(slots=True)
class Entry:
    """A file (`text`) or a directory (None)."""

    text: str | None
    modified: float = 0.0
    mode: int = 0o644


@dataclass(slots=True)
class Volume:
    """A tree of files: relative path ("" is its root) → entry."""

    entries: dict[str, Entry] = field(default_factory=dict)
    size: int = 0

    def replace(self, files: Mapping[str, str], now: float, mode: int = 0o644) -> None:
        """Hold exactly these, as the kubelet's atomic writer makes it."""
        self.entries = {}
        for path, text in files.items():
            parent = posixpath.dirname(path)
            while parent:
                self.entries.setdefault(parent, Entry(None, now, 0o755))
                parent = posixpath.dirname(parent)
            self.entries[path] = Entry(text, now, mode)
        self.size = sum(len(each) for each in files.values())

    def saved(self) -> dict[str, list[object]]:
        return {path: [each.text, each.modified, each.mode] for path, each in self.entries.items()}


def restored(data: Mapping[str, list[object]]) -> Volume:
    entries = {path: Entry(*found) for path, found in data.items()}  # type: ignore[arg-type]  # as `saved` wrote it
    return Volume(entries, sum(len(each.text or "") for each in entries.values()))


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume (or one folder or file of it: `sub_path`) at a path of the container."""

    path: str
    volume: Volume
    sub_path: str = ""
    read_only: bool = False


ROOT = Entry(None, 0.0, 0o755)


class Files:
    """One container's view."""

    __slots__ = ("image", "mounts", "own", "removed")

    def __init__(self, image: Mapping[str, str], mounts: tuple[Mount, ...] = (), own: Volume | None = None) -> None:
        self.image = image
        self.mounts = tuple(sorted(mounts, key=lambda each: len(each.path), reverse=True))
        self.own = own or Volume()
        self.removed: set[str] = set()

    # --- looking ---------------------------------------------------------------------------------------------------

    def find(self, path: str) -> Entry | None:
        """What is there, None when nothing is."""
        path = posixpath.normpath(path)
        if path in ("/", "//"):
            return ROOT
        for mount in self.mounts:
            if (rest := _below(path, mount.path)) is not None:
                inside = posixpath.join(mount.sub_path, rest) if rest else mount.sub_path
                return mount.volume.entries.get(inside) or (ROOT if not rest else None)
        key = path.lstrip("/")
        if (found := self.own.entries.get(key)) is not None:
            return found
        if key in self.removed:
            return None
        if (text := self.image.get(path)) is not None:
            return Entry(text)
        return ROOT if any(name.startswith(path + "/") for name in self._names_above()) else None

    def read(self, path: str) -> str:
        found = self.find(path)
        if found is None:
            raise FileError(NO_ENTRY)
        if found.text is None:
            raise FileError(IS_DIRECTORY)
        return found.text

    def is_directory(self, path: str) -> bool:
        found = self.find(path)
        return found is not None and found.text is None

    def children(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        base = posixpath.normpath(path).rstrip("/") + "/"
        names = {name[len(base) :].partition("/")[0] for name in self._all_names() if name.startswith(base)}
        return sorted(each for each in names if each and self.find(base + each) is not None)

    def _names_above(self) -> Iterator[str]:
        yield from (each.path for each in self.mounts)
        yield from (name for name in self.image if name.lstrip("/") not in self.removed)

    def _all_names(self) -> Iterator[str]:
        yield from self._names_above()
        yield from (f"/{name}" for name in self.own.entries)
        for mount in self.mounts:
            start = f"{mount.sub_path}/" if mount.sub_path else ""
            for name in mount.volume.entries:
                if name and name.startswith(start):
                    yield f"{mount.path}/{name[len(start) :]}"

    # --- changing --------------------------------------------------------------------------------------------------

    def write(self, path: str, text: str, now: float, *, append: bool = False) -> None:
        path = posixpath.normpath(path)
        found = self.find(path)
        if found is not None and found.text is None:
            raise FileError(IS_DIRECTORY)
        volume, key = self._place(path)
        if not self.is_directory(posixpath.dirname(path)):
            raise FileError(NO_ENTRY)
        old = found.text or "" if found is not None else ""
        whole = old + text if append else text
        kept = volume.entries.get(key)
        grown = len(whole) - (len(kept.text or "") if kept is not None else 0)
        if volume.size + grown > LARGEST_VOLUME:
            raise FileError(NO_SPACE)
        volume.size += grown
        volume.entries[key] = Entry(whole, now, found.mode if found is not None else 0o644)

    def make_directory(self, path: str, now: float) -> None:
        if self.find(path) is not None:
            raise FileError(EXISTS)
        volume, key = self._place(path)
        if not self.is_directory(posixpath.dirname(posixpath.normpath(path))):
            raise FileError(NO_ENTRY)
        volume.entries[key] = Entry(None, now, 0o755)

    def remove(self, path: str) -> None:
        """A file, or a directory that is empty."""
        found = self.find(path)
        if found is None:
            raise FileError(NO_ENTRY)
        if found.text is None and self.children(path):
            raise FileError(NOT_EMPTY)
        volume, key = self._place(path)
        gone = volume.entries.pop(key, None)
        volume.size -= len(gone.text or "") if gone is not None else 0
        if volume is self.own:
            self.removed.add(key)

    def change_mode(self, path: str, mode: int, now: float) -> None:
        found = self.find(path)
        if found is None:
            raise FileError(NO_ENTRY)
        volume, key = self._place(path)
        volume.entries[key] = Entry(found.text, now, mode)

    def _place(self, path: str) -> tuple[Volume, str]:
        """Where a path is written to."""
        path = posixpath.normpath(path)
        for mount in self.mounts:
            if (rest := _below(path, mount.path)) is not None:
                if mount.read_only:
                    raise FileError(READ_ONLY)
                return mount.volume, posixpath.join(mount.sub_path, rest) if rest else mount.sub_path
        return self.own, path.lstrip("/")


def _below(path: str, folder: str) -> str | None:
    """The path relative to a folder; None when it is elsewhere."""
    if path == folder:
        return ""
    return path[len(folder) + 1 :] if path.startswith(folder.rstrip("/") + "/") else None
