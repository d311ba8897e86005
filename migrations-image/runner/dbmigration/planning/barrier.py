"""What the user of the container may not read or enter, which others pass over as if it were not there."""

from __future__ import annotations

import os
import sys


def barrier(path: str) -> str | None:
    """Of a path and the directories above it the one that this user may not read or enter; None where that is not so."""
    path = os.path.abspath(path)
    try:
        os.stat(path)
    except PermissionError:
        above = os.path.dirname(path)
        return path if above == path else barrier(above) or above
    except OSError:
        return None
    wanted = os.R_OK | os.X_OK if os.path.isdir(path) else os.R_OK
    return None if os.access(path, wanted) else path


def barrier_of_module(name: str) -> str | None:
    """Where a module may be that Python calls missing, as it passes over what it may not read."""
    package, _, last = name.rpartition(".")
    # Python takes a directory whose __init__.py it may not see for a package without one.
    own = list(getattr(sys.modules.get(name), "__path__", ()))
    places = [*own, *(getattr(sys.modules.get(package), "__path__", ()) if package else sys.path)]
    paths = (path for place in places for path in (place, os.path.join(place, last)))
    return next(filter(None, map(barrier, paths)), None)
