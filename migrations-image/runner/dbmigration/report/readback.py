"""What the database holds once env.py has ended, read on a fresh connection: neither exit codes nor logs prove a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dbmigration.indexes import invalid_indexes
from dbmigration.planning.place import chain
from dbmigration.report.commits import answered
from dbmigration.session import threads
from dbmigration.session.observer_session import end_session, is_left_open, with_session
from dbmigration.session.session import Ask, exists, read_rows
from dbmigration.session.sqlstate import find_sqlstate, primary_message

if TYPE_CHECKING:
    from dbmigration.course import Database
    from dbmigration.indexes.invalid_indexes import InvalidIndex
    from dbmigration.planning.project import Project
    from dbmigration.state import State

# A session that has just ended may still count against the role's limit.
_PAUSES = (0.0, 0.3, 1.0)
_CANCELED = "57014"


class Reading(NamedTuple):
    rows: tuple[str, ...]
    invalid: tuple[InvalidIndex, ...]
    own: tuple[InvalidIndex, ...]
    """Of the invalid ones those that the next run drops."""
    tables: tuple[tuple[str, str], ...] = ()
    """Of a database in which nothing counts as applied, those that are there all the same."""


class Missing(str):
    """Why there is no reading: a version table is not there any more, which neither waiting nor another way to ask mends."""


class _TableIsMissing(Exception):
    pass


def read_all(state: State, project: Project | None, failed: bool) -> list[Reading] | str:
    """One reading for each version table, or why there is none. After a failure the session may still be at work."""
    problem = ""
    for pause in _PAUSES:
        threads.sleep(pause)
        try:
            return [_directly(database, state, failed) for database in state.course.databases]
        except Exception as error:
            problem = why_unread(error)
            if isinstance(problem, Missing) or (_was_waited_for(error) and _has_undecided(state)):
                return problem
        finally:
            state.course.connecting = None
        if len(state.course.databases) == 1 and project is not None:
            try:
                return [_through_env_py(project, state.course.databases[0], failed)]
            except Exception as error:
                problem = why_unread(error)
            finally:
                state.course.connecting = None
    return problem


def why_unread(error: Exception) -> str:
    if isinstance(error, _TableIsMissing):
        return Missing(error)
    return f"{type(error).__name__}: {primary_message(list(chain(error)))}"


def _directly(database: Database, state: State, failed: bool) -> Reading:
    def use(ask: Ask) -> Reading:
        state.course.connecting = None
        # What it was doing when the network went is only known when it is gone; and what env.py has left in an open
        # transaction is committed by nobody any more, and keeps its locks.
        if failed or is_left_open(ask, database.session):
            end_session(ask, database.session)
        if failed and database.taken_back:
            _settle(ask, database)
        reading = read(ask, database, state)
        if failed or not database.has_arrived(reading.rows):
            _find_undecided(ask, state)
        return reading

    return with_session(database.session.engine, use)


def _was_waited_for(error: Exception) -> bool:
    return find_sqlstate(list(chain(error))) == _CANCELED


def _has_undecided(state: State) -> bool:
    try:
        with_session(state.course.databases[-1].session.engine, lambda ask: _find_undecided(ask, state))
    except Exception:
        # What the reading itself failed at is told.
        return False
    return state.course.undecided is not None


def _find_undecided(ask: Ask, state: State) -> None:
    from dbmigration.session import prepared_transactions

    state.course.undecided = prepared_transactions.undecided(ask, state.course.prepared) or state.course.undecided


def _settle(ask: Ask, database: Database) -> None:
    from dbmigration.report import past_sqlalchemy

    past_sqlalchemy.settle(ask, database)


def read(ask: Ask, database: Database, state: State) -> Reading:
    rows = read_rows(ask, database.table)
    if not rows and any((database.first.before, *answered(database, state))) and not exists(ask, database.table):
        raise _TableIsMissing(str(database.table))
    return _reading(ask, database, rows)


def _reading(ask: Ask, database: Database, rows: tuple[str, ...]) -> Reading:
    invalid = invalid_indexes.read(ask)
    own = _own(ask, database, invalid) if database.leftover is not None and invalid else ()
    if rows or database.before:
        return Reading(rows, invalid, own)
    from dbmigration.report import already_there

    return Reading(rows, invalid, own, already_there.tables(ask, database.table))


def _own(ask: Ask, database: Database, invalid: tuple[InvalidIndex, ...]) -> tuple[InvalidIndex, ...]:
    from dbmigration.indexes import marks

    noted = marks.read(ask, database.table)
    return tuple(index for index in invalid if any(mark.is_of(index) for mark in noted))


def _through_env_py(project: Project, database: Database, failed: bool) -> Reading:
    """For engines whose connections cannot be opened apart from env.py, such as those bound to an event loop."""
    from typing import Any

    from dbmigration.session.own_environment import own_environment
    from dbmigration.session.session import Session

    found: list[Reading] = []

    def look(rows: tuple[str, ...], context: Any) -> list[Any]:
        session = Session(context.connection)
        if failed and database.taken_back:
            _settle(session.query, database)
        found.append(_reading(session.query, database, tuple(sorted(rows))))
        return []

    with own_environment(project, fn=look, dont_mutate=True):
        project.directory.run_env()
    if not found:
        raise LookupError("env.py did not call context.run_migrations()")
    return found[-1]
