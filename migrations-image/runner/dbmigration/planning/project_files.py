"""All files of a project, for what a script reads that nobody can foresee."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator

from dbmigration.planning.fingerprint import fingerprint as of

# Of a project that is larger its outline has to do: the names and sizes of its files.
_MOST_BYTES = 50_000_000
_MOST_FILES = 20_000
_CACHES = ("__pycache__", ".cache", ".pytest_cache", ".mypy_cache", ".ruff_cache")
_PASSED_OVER = frozenset((".git", ".venv", "node_modules", *_CACHES))
# What a process writes by itself beside what it reads, so that each would have another plan: compiled files, logs and their
# older pieces, its number, and what an editor has open.
_WRITTEN = (".pyc", ".pyo", ".log", ".pid", ".swp")
_PIECE_OF_A_LOG = ".log."


def fingerprint(roots: Iterable[str]) -> str:
    """Of their names and contents below these directories."""
    found = hashlib.sha256()
    size = 0
    for number, path in enumerate(sorted(set(_below(roots)))):
        if number >= _MOST_FILES:
            found.update(b"and more")
            break
        try:
            # Whoever reads a pipe may wait for ever.
            length = os.path.getsize(path) if os.path.isfile(path) else -1
            size += length
            content = _content(path) if length >= 0 and size <= _MOST_BYTES else b""
        except OSError as error:
            length, content = 0, type(error).__name__.encode()
        found.update(f"{path} {length} {of(content)}\n".encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _below(roots: Iterable[str]) -> Iterator[str]:
    for root in roots:
        if os.path.realpath(root) == "/":
            # No project: what is there changes by itself.
            continue
        for directory, names, files in os.walk(root):
            names[:] = [name for name in names if name not in _PASSED_OVER]
            yield from (os.path.realpath(os.path.join(directory, file)) for file in files if not _is_written(file))


def _is_written(name: str) -> bool:
    return name.endswith(_WRITTEN) or _PIECE_OF_A_LOG in name
