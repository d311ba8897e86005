"""The files of Secrets, as a Pod template mounts them: they are read once, as the run begins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

_MOST_FILES = 64
# Of all together: to learn them takes a second of processor time then.
_MOST_BYTES = 65_536
# Somebody else's volume below it may have anything.
_MOST_ENTRIES = 1_000
_DEEPEST = 8


def read(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The name and the text of each that has one, of a key store nothing. The smallest come first, since a file with nothing
    but a secret is small, and of one that is too long for the rest its beginning."""
    left = _MOST_BYTES
    for path in sorted(_files(paths), key=_size):
        text = _text(path, left)
        if text:
            left -= len(text)
            yield os.path.basename(path), text


def _files(paths: Iterable[str]) -> Iterator[str]:
    entries = files = 0
    waiting = [(path, 0) for path in paths]
    while waiting and entries < _MOST_ENTRIES and files < _MOST_FILES:
        path, depth = waiting.pop(0)
        entries += 1
        if os.path.isfile(path):
            files += 1
            yield path
        elif depth < _DEEPEST:
            # In those of Kubernetes' own, which begin with two dots, each file is once more.
            waiting += [(os.path.join(path, name), depth + 1) for name in _names(path) if not name.startswith("..")]


def _names(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _text(path: str, longest: int) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(longest)
    except OSError:
        # The project cannot read it either.
        return ""
    text = data.decode("utf-8", "replace")
    # The last character may have been cut.
    return "" if "\0" in text or "\ufffd" in text[:-1] else text
