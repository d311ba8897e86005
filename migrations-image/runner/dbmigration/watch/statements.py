"""Follows the statements of a migration: what runs, what of an unfinished step is committed already."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dbmigration.planning.place import chain
from dbmigration.refusal import Refusal
from dbmigration.session import lock
from dbmigration.session.session import (
    begins_by_itself,
    is_autocommit,
    is_network,
    milliseconds,
    process_of,
    protect,
    query,
    raw_of,
)
from dbmigration.session.sqlstate import find_sqlstate
from dbmigration.session.traffic import Statement
from dbmigration.sql import script as sql
from dbmigration.sql.quote import literal
from dbmigration.sql.script import Turn
from dbmigration.state import State

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from dbmigration.course import Running
    from dbmigration.indexes.leftover_indexes import LeftoverIndexes
    from dbmigration.planning.request import Request
    from dbmigration.session.session import Session

# Where the process of the server is kept with a connection.
_PROCESS = "dbmigration.process"
# The server reads the whole string before it runs the first statement of it.
_SYNTAX_ERROR = "42601"
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
        self._following = False
        self._autocommit = False
        self._listeners: dict[str, Callable[..., None]] = {
            "engine_connect": self._connected,
            "before_cursor_execute": self._before,
            "after_cursor_execute": self._after,
            "commit": self._commit,
            "rollback": self._rollback,
            "handle_error": self._error,
        }
        self.leftover: LeftoverIndexes | None = None
        """Where indexes are noted before they are built, if they are."""

    def follow(self) -> None:
        """Those of every connection: a migration may open one for itself, beside the session."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        if self._following:
            return
        self._following = True
        for name, listener in self._listeners.items():
            event.listen(Engine, name, listener)

    def leave(self) -> None:
        """When env.py has ended: what runs from now on is no part of a step."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        if not self._following:
            return
        self._following = False
        for name, listener in self._listeners.items():
            event.remove(Engine, name, listener)

    def _connected(self, connection: Connection, *_: Any) -> None:
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
                self._before_beside(connection, statement, session)
            return
        # What env.py does when it has hidden the failure of a step and closed its connection is no part of that step.
        step = None if session.closed else self._state.course.running
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
        at_once = step is not None and (self._autocommit or step.left_transaction)
        running = Statement(statement, session.pid, session.engine, at_once)
        self._state.traffic.current = self._state.traffic.last = running
        if step is not None and script.mentions_index:
            step.indexes_touched += statement + "\n"
        if self.leftover is not None and at_once:
            running.number = self.leftover.number if self.leftover.begins(statement) else None

    def _before_beside(self, connection: Connection, statement: str, session: Session) -> None:
        raw = raw_of(connection)
        # What a pooler announces is no process of the server.
        process = connection.info.get(_PROCESS) or process_of(raw) or session.pid
        running = Statement(statement, process, connection.engine, is_autocommit(raw))
        running.beside = True
        self._state.traffic.current = self._state.traffic.last = running
        assert self._state.course.running is not None
        script = sql.read(statement)
        if script.mentions_index:
            self._state.course.running.indexes_touched += statement + "\n"
        if script.concurrent and self._lock_timeout:
            query(raw, "SELECT pg_catalog.set_config('lock_timeout', '0', false)")

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
        if ended.beside:
            self._after_beside(connection, statement, ended)
            return
        script = sql.read(statement)
        if script.limits:
            self._unknown = True
        elif self._lifted and step is not None:
            self._keep_lock_timeout(session, False)
        if step is None:
            return
        if script.forgets:
            self._remind(session)
        self._note(connection, script.acts, ended, step)

    def _after_beside(self, connection: Connection, statement: str, ended: Statement) -> None:
        script = sql.read(statement)
        if script.concurrent and self._lock_timeout:
            limit = literal(milliseconds(self._lock_timeout))
            query(raw_of(connection), f"SELECT pg_catalog.set_config('lock_timeout', {limit}, false)")
        assert self._state.course.running is not None
        self._note(connection, script.acts, ended, self._state.course.running)

    def _note(self, connection: Connection, acts: Sequence[Turn | str], ended: Statement, step: Running) -> None:
        for act in acts:
            if isinstance(act, str):
                self._notes(connection, ended, step).append(act)
                continue
            if act is Turn.COMMIT:
                # The old way to leave the transaction, before Alembic had autocommit_block().
                self._commit(connection)
            elif act is Turn.ROLLBACK:
                self._rollback(connection)
                step.done = step.done if ended.beside else []
            if not ended.beside:
                step.left_transaction = act is not Turn.BEGIN
        if step.left_transaction and not ended.beside and begins_by_itself(raw_of(connection)):
            # What came behind it in the same string was in none, and the next one is.
            step.left_transaction = False

    def _notes(self, connection: Connection, ended: Statement, step: Running) -> list[str]:
        """Where to note what was done just now: with what is committed, if it was so at once."""
        if ended.beside:
            return step.committed if ended.at_once else step.beside.setdefault(id(raw_of(connection)), [])
        return step.committed if self._autocommit or step.left_transaction else step.done

    def _error(self, context: Any) -> None:
        ended = self._state.traffic.current
        if ended is not None:
            ended.ended = time.monotonic()
            sqlstate = find_sqlstate(list(chain(context.original_exception))) or ""
            # Class 08 is the driver's own: the server has said nothing.
            ended.answered = bool(sqlstate) and not sqlstate.startswith("08")
            self._state.traffic.current = None
            step, script = self._state.course.running, sql.read(ended.text)
            if step is not None and ended.answered and sqlstate != _SYNTAX_ERROR and context.connection is not None:
                self._note(context.connection, script.acts[: script.midway], ended, step)
        if self.leftover is not None:
            self.leftover.ended()
        session, connection = self._state.course.session, context.connection
        if session is not None and connection is not None and not self._is_beside(connection):
            session.lost = session.lost or is_network(context.original_exception)
        # env.py or a migration may catch it; then this is all that is known of it.
        self._state.traffic.error = context.sqlalchemy_exception or context.original_exception

    def _commit(self, connection: Connection) -> None:
        database, step = self._state.course.database, self._state.course.running
        if step is not None and self._is_beside(connection):
            step.committed += step.beside.pop(id(raw_of(connection)), [])
            return
        if step is not None:
            step.committed += step.done
            step.done.clear()
        if database is not None and database.begun:
            database.committing = len(database.begun) - (not database.begun[-1].finished)
            if database.committing:
                rows = database.begun[database.committing - 1].step.rows
                database.committed.append(tuple(sorted(rows)))

    def _rollback(self, connection: Connection) -> None:
        if self._state.course.running is not None and self._is_beside(connection):
            self._state.course.running.beside.pop(id(raw_of(connection)), None)

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
