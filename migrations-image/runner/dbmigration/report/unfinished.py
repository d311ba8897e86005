"""What it means that env.py returned, and not all of the migration was run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.url_options import source_of
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY, TENANTS

if TYPE_CHECKING:
    from dbmigration.course import Database
    from dbmigration.state import State

_AS_INIT = "it with the env.py that `alembic init` writes."
_COMPARE = f"Compare {_AS_INIT}"


def error(state: State, env_py: str) -> BaseException | None:
    """What to raise in its place; None if nothing is left to be done."""
    course = state.course
    if state.stop.refusal is not None:
        return state.stop.refusal
    if course.connecting is not None and course.connecting.error is not None and not _is_through(state):
        return course.connecting.error
    if course.has_other_processes:
        return Refusal(
            CONFIGURATION_ERROR,
            f"{env_py} ended without a call of context.configure(). If the processes that it started are to migrate, they "
            f"have no lock, no plan and no approval: {TENANTS}. Otherwise compare {_AS_INIT}",
        )
    if not course.configured:
        return Refusal(
            CONFIGURATION_ERROR,
            f"{env_py} ended without a call of context.configure(): nothing was migrated. {_of_a_loop(env_py)}",
        )
    left = caught(state) or next((database for database in course.databases if not database.finished), None)
    if left is None:
        return None
    turn_back(state, left)
    running, hidden = left.running, left.failure or (state.traffic.error if left is course.database else None)
    if hidden is not None:
        return hidden
    if running is not None:
        return Refusal(
            CONFIGURATION_ERROR,
            f"{env_py} ended while revision {running.step.revision} was being applied: it hides an error of the migration. Let "
            "the exception pass.",
            revision=running.step.revision,
        )
    return Refusal(
        CONFIGURATION_ERROR,
        f"{env_py} ended without a call of context.run_migrations(), or hid an error of it: not all of the plan for "
        f"{left.table} was run. {_COMPARE}",
    )


def caught(state: State) -> Database | None:
    """The first one whose steps have failed, which env.py has caught: it may have gone on with the next one."""
    return next((database for database in state.course.databases if database.failure is not None), None)


def turn_back(state: State, database: Database) -> None:
    """For what is to be told of its failure."""
    state.course.turn_back(database)
    if database.running is not None and database.running.last is not None:
        state.traffic.last = database.running.last


def _of_a_loop(env_py: str) -> str:
    from dbmigration.report import loops

    line = loops.first(source_of(env_py))
    if line is None:
        return _COMPARE
    return (
        f"If its loop in line {line} goes over tenants, the list of them was empty, and there was nobody to migrate: make one, "
        f"and {RETRY}. Otherwise compare {_AS_INIT}"
    )


def _is_through(state: State) -> bool:
    return bool(state.course.databases) and all(database.finished for database in state.course.databases)
