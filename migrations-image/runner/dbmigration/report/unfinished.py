"""What it means that env.py returned, and not all of the migration was run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal

if TYPE_CHECKING:
    from dbmigration.state import State

_COMPARE = "Compare it with the env.py that `alembic init` writes."


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
            "have no lock, no plan and no approval: let env.py take each tenant in this process, in a loop or in threads, or "
            "make a resource for each, which names its tenant in spec.alembic.arguments. Otherwise compare it with the env.py "
            "that `alembic init` writes.",
        )
    if not course.configured:
        return Refusal(
            CONFIGURATION_ERROR,
            f"{env_py} ended without a call of context.configure(): nothing was migrated. {_COMPARE}",
        )
    left = next((database for database in course.databases if not database.finished), None)
    if left is None:
        return None
    running = course.running = left.running
    hidden = left.error or state.traffic.error
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


def _is_through(state: State) -> bool:
    return bool(state.course.databases) and all(database.finished for database in state.course.databases)
