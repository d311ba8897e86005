"""Follows the statements of a migration: what runs, what of an unfinished step is committed already."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

from dbmigration.planning.place import chain
from dbmigration.refusal import Refusal
from dbmigration.session import lock
from dbmigration.session.session import (
    is_autocommit,
    is_network,
    milliseconds,
    process_of,
    protect,
    query,
    raw_of,
)
from dbmigration.session.sqlstate import ABORTED, find_sqlstate
from dbmigration.session.traffic import Statement
from dbmigration.sql import script as sql
from dbmigration.sql.quote import literal
from dbmigration.state import State
from dbmigration.watch.ledger import Ledger
from dbmigration.watch.listeners import Listeners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    from dbmigration.indexes.leftover_indexes import LeftoverIndexes
    from dbmigration.planning.request import Request
    from dbmigration.session.session import Session

# Where the process of the server is kept with a connection.
_PROCESS = "dbmigration.process"
# Of what may well write nothing the server gives no number.
_LOOKING = ("select", "values", "table", "show", "explain")
_LONGER = (
    "EXISTS (SELECT 1 FROM pg_catalog.pg_settings s WHERE s.name OPERATOR(pg_catalog.=) 'lock_timeout' AND "
    "(s.setting::pg_catalog.float8 OPERATOR(pg_catalog.<) 1 OR s.setting::pg_catalog.float8 OPERATOR(pg_catalog.>) {:.0f}))"
)


class Statements:
    def __init__(self, state: State, request: Request) -> None:
        self._state = state
        self._request = request
        self._lock_timeout = request.timeouts.lock
        self._lifted = False
        self._unknown = False
        """A statement may have changed the limit."""
        self._autocommit = False
        self._ledger = Ledger(state)
        self._listeners = Listeners(
            {
                "engine_connect": self._connected,
                "before_cursor_execute": self._before,
                "after_cursor_execute": self._after,
                "commit": self._ledger.commit,
                "rollback": self._ledger.rollback,
                "prepare_twophase": self._prepared,
                "handle_error": self._error,
            }
        )
        self.leftover: LeftoverIndexes | None = None
        """Where indexes are noted before they are built, if they are."""

    def follow(self) -> None:
        """Those of every connection: a migration may open one for itself, beside the session."""
        self._listeners.follow()

    def leave(self) -> None:
        """When env.py has ended: what runs from now on is no part of a step."""
        self._listeners.leave()

    def _prepared(self, _connection: Connection, name: str) -> None:
        self._state.course.prepared.append(name)

    def seen_to_its_end(self, script: Callable[..., Any]) -> Callable[..., Any]:
        """The same one. How it leaves the transaction has to be known before anything else is sent."""

        @functools.wraps(script)
        def run(*args: Any, **kw: Any) -> None:
            try:
                script(*args, **kw)
            finally:
                if self._state.course.session is not None:
                    self._ledger.look(self._state.course.session.connection)

        return run

    def _connected(self, connection: Connection, *is_branch: Any) -> None:
        if not any(is_branch):
            self._ledger.opened(connection)
        if self._is_beside(connection) and connection.dialect.name == "postgresql":
            connection.info[_PROCESS] = protect(raw_of(connection), self._request)

    def _is_beside(self, connection: Connection) -> bool:
        """Whether a step uses it that is given another one by Alembic. Outside a step it may be the next tenant's."""
        session = self._state.course.session
        if session is None or self._state.course.running is None or session.closed:
            return False
        # One that was lost would be opened again for the asking.
        return not connection.invalidated and not session.is_of(connection)

    def _before(
        self, connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
    ) -> None:
        session = self._state.course.session
        if session is None:
            return
        if self._is_beside(connection):
            if connection.dialect.name == "postgresql":
                self._before_beside(connection, statement, session, _read(statement, parameters, context))
            return
        # What env.py does when it has hidden the failure of a step and closed its connection is no part of that step.
        step = None if session.closed else self._state.course.running
        if step is not None:
            self._ledger.look(connection)
        self._settle()
        script = sql.read(statement)
        # Outside a step it may be another connection of the same engine, such as the next tenant's.
        # And in a transaction that failed nothing can be asked before it is rolled back.
        if step is not None and not script.ends_first:
            self._keep_lock_timeout(session, script.concurrent)
        if step is not None:
            if session.autocommit and not self._autocommit:
                session.leave_transaction()
            self._autocommit = session.autocommit
        at_once = step is not None and self._ledger.is_at_once(connection)
        running = Statement(statement, session.pid, session.engine, at_once)
        self._send(running, connection, script.commits)
        if step is not None and script.mentions_index:
            step.indexes_touched += _read(statement, parameters, context) + "\n"
        if self.leftover is not None and at_once:
            begins = self.leftover.begins(_read(statement, parameters, context))
            running.number = self.leftover.number if begins else None

    def _before_beside(self, connection: Connection, statement: str, session: Session, read: str) -> None:
        raw = raw_of(connection)
        # What a pooler announces is no process of the server.
        process = connection.info.get(_PROCESS) or process_of(raw) or session.pid
        running = Statement(statement, process, connection.engine, is_autocommit(raw))
        running.beside = True
        assert self._state.course.running is not None
        script = sql.read(statement)
        self._send(running, connection, script.commits)
        if script.mentions_index:
            self._state.course.running.indexes_touched += read + "\n"
        if script.concurrent and self._lock_timeout:
            query(raw, "SELECT pg_catalog.set_config('lock_timeout', '0', false)")

    def _send(self, statement: Statement, connection: Connection, commits: bool) -> None:
        traffic, step = self._state.traffic, self._state.course.running
        traffic.current = statement
        if step is None or step.error is None:
            # What env.py sends behind the failure of a step is not what it failed in.
            traffic.last = statement
        if step is not None and commits:
            statement.ends = self._ledger.not_committed(connection)

    def _after(
        self, connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
    ) -> None:
        ended, self._state.traffic.current = self._state.traffic.current, None
        if self.leftover is not None:
            self.leftover.ended()
        session, step = self._state.course.session, self._state.course.running
        if session is None or ended is None:
            return
        ended.answered = True
        script = sql.read(statement)
        if ended.beside:
            self._after_beside(connection, script.concurrent)
        elif script.limits:
            self._unknown = True
        elif self._lifted and step is not None:
            self._keep_lock_timeout(session, False)
        if step is not None and script.forgets and not ended.beside:
            self._remind(session)
        self._ledger.note(connection, script.acts)
        if any(not head.lower().startswith(_LOOKING) for head in script.effects):
            self._ledger.number(connection)

    def _after_beside(self, connection: Connection, concurrent: bool) -> None:
        if concurrent and self._lock_timeout:
            limit = literal(milliseconds(self._lock_timeout))
            query(raw_of(connection), f"SELECT pg_catalog.set_config('lock_timeout', {limit}, false)")

    def _error(self, context: Any) -> None:
        ended = self._state.traffic.current
        if ended is not None:
            ended.ended = time.monotonic()
            ended.answered = _is_answered(context.original_exception)
            self._state.traffic.current = None
            if ended.answered and context.connection is not None and not context.connection.invalidated:
                self._ledger.refused(context.connection, sql.read(ended.text), _sqlstate(context.original_exception))
        elif context.statement is None:
            self._ledger.commit_failed(_is_answered(context.original_exception))
        if self.leftover is not None:
            self.leftover.ended()
        session, connection = self._state.course.session, context.connection
        if session is not None and connection is not None and not self._is_beside(connection):
            session.lost = session.lost or is_network(context.original_exception)
        # env.py or a migration may catch it; then this is all that is known of it.
        self._state.traffic.error = error = context.sqlalchemy_exception or context.original_exception
        if _sqlstate(context.original_exception) != ABORTED:
            self._state.traffic.aborted_by = error
        step = self._state.course.running
        if step is not None and not step.under_way and step.error is None:
            # In the row that Alembic writes behind the script.
            step.error, step.last = error, self._state.traffic.last

    def _settle(self) -> None:
        """Of a COMMIT that failed it would have been heard before the next statement."""
        database = self._state.course.database
        if database is not None and database.committing and self._state.traffic.error is None:
            del database.begun[: database.committing]
            database.committing = 0

    def _remind(self, session: Session) -> None:
        assert self._state.course.database is not None
        session.remind(self._request)
        try:
            lock.keep(session, self._state.course.database.table)
            if self._state.course.database.fence is not None:
                self._state.course.database.fence.check_again()
        except Refusal as refusal:
            # The script may catch it; the run ends with it all the same.
            self._state.stop.refusal = refusal
            raise

    def _keep_lock_timeout(self, session: Session, lifted: bool) -> None:
        """The limit of the request holds for every statement but those, whatever a migration sets."""
        if not self._lock_timeout or (lifted == self._lifted and not self._unknown):
            return
        value = "0" if lifted else milliseconds(self._lock_timeout)
        condition = "" if lifted or not self._unknown else f" WHERE {_LONGER.format(self._lock_timeout * 1000)}"
        session.query(f"SELECT pg_catalog.set_config('lock_timeout', {literal(value)}, false){condition}")
        self._lifted, self._unknown = lifted, False


def _read(statement: str, values: Any, context: Any) -> str:
    """As the server reads it, for the names that are in it."""
    if "%" not in statement:
        return statement
    from dbmigration.session.driver_text import as_the_server_reads_it

    return as_the_server_reads_it(statement, values, context)


def _sqlstate(error: BaseException) -> str:
    return find_sqlstate(list(chain(error))) or ""


def _is_answered(error: BaseException) -> bool:
    """By the server. Class 08 is the driver's own."""
    sqlstate = _sqlstate(error)
    return bool(sqlstate) and not sqlstate.startswith("08")
