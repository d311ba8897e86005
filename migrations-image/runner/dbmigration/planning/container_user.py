"""What the user of the container may not do with files that are there, and what follows from a user without a name.

The operator may have chosen that user: whoever has built an image that runs as root has not met this anywhere else.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable

from dbmigration.planning.barrier import barrier
from dbmigration.planning.place import frames

# Of the operator, in `Stopping.NON_ROOT_USER`.
_CHOSEN = 65532
_IN_THE_POD = "in the securityContext of the container migration of spec.podTemplate"
_ANOTHER = (
    "If another one may, end the Dockerfile with USER and its number, or set runAsUser in the securityContext of the container "
    "migration of spec.podTemplate"
)
_NAMELESS = ("uid not found", "gid not found", "No username set in the environment", "determine home directory")
_LIBPQS_NAMELESS = ("local user with ID", "could not look up local user ID")


def subject() -> str:
    return f"user {os.getuid()}, as which the container runs,"


def choice() -> str:
    """Whose doing it is that it runs as that one, with a space behind it; nothing where it is the image's or the resource's."""
    if os.getuid() != _CHOSEN:
        return ""
    return f"Where the image names no user, root, or a user by name, the operator runs it as {_CHOSEN}. "


def may_not_read(path: str, wanted: str = "") -> str:
    """`wanted` is what lies behind it, where that is not the same."""
    behind = f", and so not {os.path.abspath(wanted)}" if wanted and os.path.abspath(wanted) != path else ""
    return (
        f"{subject()} may not read {path}{_whose(path)}{behind}. {choice()}{_beginning(path)} the Dockerfile make it readable "
        "to everybody (chmod -R a+rX, COPY --chmod), or give it to a user (chown) and end with USER and the number of that "
        f"one, since Kubernetes cannot use a name; or set {_run_as(path)} {_IN_THE_POD}."
    )


def remedy(causes: Iterable[BaseException]) -> str | None:
    """What is to be said and done about an exception of this kind; None if it is of another one."""
    for cause in causes:
        if isinstance(cause, OSError) and cause.errno in (errno.EACCES, errno.EPERM):
            return sentence(_of_a_file(cause))
        if isinstance(cause, (KeyError, OSError, RuntimeError)) and any(words in str(cause) for words in _NAMELESS):
            return sentence(_of_the_name())
    return None


def has_no_name(said: str) -> bool:
    """Whether a driver has looked for one in vain."""
    return any(words in said for words in (*_NAMELESS, *_LIBPQS_NAMELESS))


def only_writable_to_others(path: object) -> str | None:
    """What this user could not write either, if its file system were no read-only one; None if it could, or is not known."""
    there = _nearest(path) if isinstance(path, str) else None
    if there is None or os.getuid() == 0:
        return None
    found = os.stat(there)
    bit = 0o200 if found.st_uid == os.getuid() else 0o020 if found.st_gid in (os.getgid(), *os.getgroups()) else 0o002
    return None if found.st_mode & bit else f"{there}{_whose(there)}"


def _of_a_file(cause: OSError) -> str:
    path = os.fsdecode(cause.filename) if isinstance(cause.filename, (str, bytes)) else None
    if path is None:
        return f"{subject()} may not do that. {choice()}{_ANOTHER}."
    hidden = barrier(path)
    if hidden is not None:
        return may_not_read(hidden, path)
    there = _nearest(path) or path
    if any(function == "_execute_child" for _, _, function in frames(cause)):
        return (
            f"{subject()} may not execute {there}{_whose(there)}. {choice()}Make it executable in the Dockerfile (chmod a+x)."
        )
    if os.access(there, os.W_OK):
        return f"{subject()} may not do that with {there}{_whose(there)}. {choice()}{_ANOTHER}."
    return (
        f"{subject()} may not write {there}{_whose(there)}. {choice()}{_beginning(path)} the file be written to /tmp, or "
        "mount an emptyDir in its directory (spec.podTemplate); or let the Dockerfile give that to a user (chown) and end "
        f"with USER and the number of that one; or set {_run_as(there)} {_IN_THE_POD}."
    )


def _of_the_name() -> str:
    return (
        f"{subject()} has no name in the image's /etc/passwd. {choice()}Give USER (or HOME, where a directory is looked for) "
        "to the container migration of spec.podTemplate (env); or let the Dockerfile make a user (useradd --uid) and end with "
        "USER and its number."
    )


def _beginning(path: str) -> str:
    """Of a remedy for a file."""
    home = os.environ.get("HOME", "").rstrip("/")
    # Of what a library looks for by itself; a project may have its home there, too.
    if not home or not os.path.abspath(path).startswith(f"{home}/."):
        return "Let"
    return (
        f"It is looked for there as HOME is {home}: give HOME=/tmp to the container migration of spec.podTemplate (env). Or let"
    )


def _run_as(path: str) -> str:
    owner = _owner(path)
    if owner == 0:
        return "runAsUser: 0 with runAsNonRoot: false, where the namespace admits root,"
    return "runAsUser" if owner in (None, os.getuid()) else f"runAsUser: {owner}"


def _whose(path: str) -> str:
    owner = _owner(path)
    return "" if owner in (None, os.getuid()) else f", which belongs to user {owner}"


def _owner(path: str) -> int | None:
    try:
        return os.stat(path).st_uid
    except OSError:
        return None


def _nearest(path: str) -> str | None:
    """What is there of a path."""
    path = os.path.abspath(path)
    while not os.path.exists(path):
        path, below = os.path.dirname(path), path
        if path == below:
            return None
    return path


def sentence(text: str) -> str:
    return text[0].upper() + text[1:]
