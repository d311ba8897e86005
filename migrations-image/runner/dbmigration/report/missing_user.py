"""A login without a user: a driver takes the name of the one that the container runs as, if that has a name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dbmigration.planning import container_user
from dbmigration.remedy import RETRY

if TYPE_CHECKING:
    from dbmigration.state import State

# Of pg8000, which takes nobody's name.
_ARGUMENT = "argument: 'user'"
# Without an example, in which a mask would find a login.
_WRITE_IT = (
    f"write it into the Secret, in front of the host and with an @ behind it, and {RETRY}; or see what env.py makes of it"
)
# By which libpq and asyncpg are told of a user, or of where one stands.
_VARIABLES = ("PGUSER", "PGSERVICE")
_ARGUMENTS = ("user", "service", "dsn")


def described(said: str, causes: list[BaseException], state: State) -> str | None:
    """What is missing, and what to do; None if that is not what happened."""
    if not is_named(state) and any(container_user.has_no_name(text) for text in (said, *map(str, causes))):
        nameless = f"{container_user.subject()} has no name that the driver could take in its place"
        remedy = container_user.sentence(_WRITE_IT)
        return f"the database's URL names no user, and {nameless}. {container_user.choice()}{remedy}."
    if _ARGUMENT in said and not is_named(state):
        return f"the database's URL names no user: {_WRITE_IT}."
    return None


def hint(state: State) -> str:
    """Where a server has refused a role that nobody named, with a space before it."""
    if is_named(state):
        return ""
    return f" The database's URL names no user, so the driver took the name of the one that the container runs as: {_WRITE_IT}."


def is_named(state: State) -> bool:
    given = state.course.connecting.parameters if state.course.connecting is not None else {"user": "unknown"}
    return any(given.get(name) for name in _ARGUMENTS) or any(os.environ.get(name) for name in _VARIABLES)
