"""A file that cannot be written, for a reason that lies in how the container is run and not in the project."""

from __future__ import annotations

import errno
from collections.abc import Iterable

_REMEDIES = {
    errno.EROFS: (
        "The operator runs the container with a read-only root file system; /tmp can be written. Let that file, log or cache "
        "be written to /tmp (a cache by its own variable or XDG_CACHE_HOME), or not at all; or set "
        "readOnlyRootFilesystem: false in the securityContext of the container migration of spec.podTemplate."
    ),
    errno.ENOSPC: (
        "There is no room left where the container may write, which is /tmp, on the disk of its node: write less, or make room "
        "on the nodes."
    ),
}
_REMEDIES[errno.EDQUOT] = _REMEDIES[errno.ENOSPC]


def remedy(causes: Iterable[BaseException]) -> str | None:
    """What to do about it, if that is what happened."""
    numbers = (cause.errno for cause in causes if isinstance(cause, OSError))
    return next((_REMEDIES[number] for number in numbers if number in _REMEDIES), None)
