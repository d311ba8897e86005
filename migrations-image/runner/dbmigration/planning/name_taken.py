"""A package of the project's that is called as the runner's own: Python has one of a name, and finds the runner's."""

from __future__ import annotations

import sys
from collections.abc import Iterable

NAME = __name__.partition(".")[0]


def remedy(causes: Iterable[BaseException]) -> str | None:
    """What to do about it, if something was looked for in the wrong one."""
    return _told() if any(map(_is_of_it, causes)) else None


def remedy_of(named: str | None) -> str | None:
    """The same, of what is named as `package:…` or `package.module:…`."""
    return _told() if named is not None and ":" in named and _is_ours(named.partition(":")[0]) else None


def _is_of_it(cause: BaseException) -> bool:
    if isinstance(cause, ImportError):
        return _is_ours(cause.name or "")
    return isinstance(cause, AttributeError) and str(cause).startswith((f"module '{NAME}'", f"module '{NAME}."))


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == NAME


def _told() -> str:
    from importlib.machinery import PathFinder

    found = PathFinder.find_spec(NAME, sys.path)
    place = f" ({found.origin})" if found is not None and found.origin else ""
    return (
        f"The runner's own package has the name {NAME}, so the project's of that name{place} cannot be imported beside it: "
        "rename the project's, and build the image again."
    )
