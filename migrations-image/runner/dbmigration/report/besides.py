"""What env.py did beside the migration: it began anew after a failure, or failed at something else when all was through.

Whether the database is at its target does not depend on it, and so it is told as a warning.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dbmigration.planning import container
from dbmigration.planning.place import chain, frames, innermost, is_own, within
from dbmigration.planning.url_options import source_of
from dbmigration.refusal import Refusal
from dbmigration.report import loops
from dbmigration.session.sqlstate import primary_message

if TYPE_CHECKING:
    from dbmigration.course import Course, Database
    from dbmigration.state import State


def begun_anew(course: Course) -> Iterator[str]:
    """Each time that env.py caught a failure and handed the same version table over again."""
    for database in course.databases:
        for former in database.history[:-1]:
            if former.error is not None and not former.finished:
                said = primary_message(list(chain(former.error)))
                yield f"env.py began anew by itself after {_where(former)} had failed ({said})"


def _where(database: Database) -> str:
    if database.running is None:
        return "a statement"
    return f"{database.running.step.direction.lower()}() of revision {database.running.step.revision}"


def failed_afterwards(error: BaseException, state: State) -> str | None:
    """What env.py failed at when the one version table that it handed over had been taken through its plan; None if it may
    have had another one to hand over."""
    course = state.course
    is_through = len(course.databases) == 1 and course.databases[0].finished and course.running is None
    if not is_through or course.connecting is not None or state.stop.refusal is not None or isinstance(error, Refusal):
        return None
    env_py = str(state.task.env_py)
    if is_own(error) or _is_in_a_loop(error, env_py):
        return None
    remedy = container.remedy(list(chain(error)))
    place, said = _ended(error, env_py)
    return f"env.py failed afterwards ({place}): {said}{f'. {remedy}' if remedy else ''}".rstrip(".")


def after_a_failure(error: BaseException, state: State) -> str:
    """What env.py made of one that it had caught."""
    place, said = _ended(error, str(state.task.env_py))
    return f"env.py caught that, and ended with {said.rstrip('.')} ({place})."


def _ended(error: BaseException, env_py: str) -> tuple[str, str]:
    """Where, and by what."""
    return within(error, env_py) or innermost(error) or env_py, said(error)


def said(error: BaseException) -> str:
    """By what env.py ended."""
    if isinstance(error, SystemExit):
        return f"exit {error.code}"
    return f"{type(error).__name__}: {primary_message(list(chain(error)))}"


def _is_in_a_loop(error: BaseException, env_py: str) -> bool:
    """Then the next round might have been the next tenant's."""
    for file, line, _ in frames(error):
        source = "" if "alembic/" in file else source_of(file)
        # What env.py calls to write a file may have any number of them.
        is_env_py = os.path.realpath(file) == os.path.realpath(env_py)
        if (is_env_py or "run_migrations" in source) and loops.at(source, line):
            return True
    return False
