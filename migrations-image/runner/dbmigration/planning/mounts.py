"""Volumes that are mounted over directories of the image: what it has there is hidden, and looks as if it were missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

_TABLE = "/proc/self/mountinfo"
# In each container of a Pod, and nowhere else: what is mounted on somebody's own machine hides no image.
_SIGN = "KUBERNETES_SERVICE_HOST"
_OF_THE_OPERATOR = "/tmp"
# Of every container, whatever is mounted besides.
_OF_THE_SYSTEM = ("/proc", "/sys", "/dev", "/run/secrets/kubernetes.io", "/var/run/secrets/kubernetes.io")


def hint(*paths: str) -> str:
    """What hides them, if anything does, with a space behind it."""
    found = next(filter(None, (_over(path, _points()) for path in paths)), None) if _SIGN in os.environ else None
    if found is None:
        return ""
    if found == _OF_THE_OPERATOR:
        return "At /tmp the operator mounts an empty directory, which hides what the image has there: let that be elsewhere. "
    return (
        f"Over {found} a volume is mounted, which hides what the image has there: if that is not meant, see volumeMounts in "
        "spec.podTemplate. "
    )


def otherwise(hidden: str, remedy: str) -> str:
    """A remedy for what is missing, behind what may hide it."""
    return f"{hidden}Otherwise {remedy[0].lower()}{remedy[1:]}" if hidden else remedy


def hint_of_packages() -> str:
    """The same, of where an interpreter, and its packages, are looked for."""
    named = [os.environ.get("VIRTUAL_ENV", ""), *os.environ.get("PATH", "").split(":")]
    return hint(sys.prefix, *sys.path, *filter(None, named))


def _points() -> list[str]:
    try:
        with open(_TABLE, encoding="utf-8", errors="surrogateescape") as table:
            return [_unescaped(fields[4]) for fields in map(str.split, table) if len(fields) > 4]
    except OSError:
        return []


def _unescaped(point: str) -> str:
    for sign in " \t\n\\":
        point = point.replace(f"\\{ord(sign):03o}", sign)
    return point


def _over(path: str, points: Iterable[str]) -> str | None:
    """The mount point nearest to a path, the root of everything left out."""
    path = os.path.abspath(path)
    above = [point for point in points if point != "/" and _is_within(path, point)]
    nearest = max(above, key=len, default=None)
    return None if nearest is None or any(_is_within(nearest, known) for known in _OF_THE_SYSTEM) else nearest


def _is_within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(f"{directory}/")
