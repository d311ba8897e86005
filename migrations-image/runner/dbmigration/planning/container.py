"""What fails for a reason that lies in how the container is run and not in the project: a file that cannot be read or written,
a user without a name, a name that the runner has."""

from __future__ import annotations

import errno
from collections.abc import Iterable

from dbmigration.planning import container_user, mounts, name_taken

_READ_ONLY = (
    "The operator runs the container with a read-only root file system; /tmp can be written. Let that file, log or cache "
    "be written to /tmp (a cache by its own variable or XDG_CACHE_HOME), or not at all; or set "
    "readOnlyRootFilesystem: false in the securityContext of the container migration of spec.podTemplate."
)
_NO_ROOM = (
    "There is no room left where the container may write, which is /tmp, on the disk of its node: write less, or make room "
    "on the nodes."
)


def remedy(causes: Iterable[BaseException]) -> str | None:
    """What to do about it, if that is what happened."""
    found = list(causes)
    for cause in found:
        if not isinstance(cause, OSError):
            continue
        if cause.errno == errno.EROFS:
            return _READ_ONLY + _beyond(cause)
        if cause.errno == errno.ENOENT and isinstance(cause.filename, str) and (hidden := mounts.hint(cause.filename)):
            return f"{hidden}Otherwise see why that file is not there."
        if cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return _NO_ROOM
    return name_taken.remedy(found) or container_user.remedy(found)


def _beyond(cause: OSError) -> str:
    """What comes of the last way out, where the user may not write there either."""
    others = container_user.only_writable_to_others(cause.filename)
    if others is None:
        return ""
    return (
        f" That alone would not do here: {container_user.subject()} may not write {others}, so let the Dockerfile give that to "
        f"a user (chown) and end with USER and the number of that one. {container_user.choice()}".rstrip()
    )
