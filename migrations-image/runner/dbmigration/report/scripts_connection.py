"""A connection that a script opens for itself, to whatever database, and that did not come about.

The one that the migration is on has nothing to do with it, and neither has env.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.place import innermost
from dbmigration.reasons import MIGRATION_FAILED
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.report import env_py_beside, own_connection
from dbmigration.session.sqlstate import primary_message

if TYPE_CHECKING:
    from dbmigration.course import Database, Endpoint
    from dbmigration.state import State


def refusal(causes: list[BaseException], sqlstate: str | None, state: State) -> Refusal | None:
    running, session = state.course.running, state.course.session
    if running is None or running.error is None or session is None:
        return None
    # SQLAlchemy opens one that was lost again when something is asked of it.
    if session.lost or session.connection.invalidated or not own_connection.failed(causes, sqlstate):
        return None
    at = innermost(causes[0])
    if at is None or not env_py_beside.is_of_a_script(causes) or env_py_beside.hook_of(causes, state) is not None:
        return None
    connecting, database = state.course.connecting, state.course.database
    if connecting is not None and database is not None and _is_by_the_same_login(connecting, database):
        # What keeps that one out is told as of the migration's own.
        return None
    where = f" to the server at {connecting.description}" if connecting is not None else ""
    step = running.step
    return Refusal(
        MIGRATION_FAILED,
        f"{step.direction.lower()}() of revision {step.revision}{state.course.turn} opens a connection of its own{where} "
        f"({at}), and that did not come about: {primary_message(causes)}. The migration's connection is another one, and not "
        f"to blame. See to what the script asks for and {RETRY}; or correct the script (op.get_bind() is the connection to the "
        "database that is migrated), and build the image again.",
        step.revision,
    )


def _is_by_the_same_login(connecting: Endpoint, database: Database) -> bool:
    is_there = connecting.address is not None and str(connecting.address) == database.place
    return is_there and connecting.parameters.get("user") == database.session.user
