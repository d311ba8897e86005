"""Follows the statements of a migration: what runs, what of an unfinished step is committed already."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from dbmigration.session import literal
from dbmigration.state import Running, State, Statement

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from dbmigration.own_indexes import OwnIndexes

# These wait for other transactions by their nature, behind a lock that lets the application work on; a lock timeout
# would only make them fail and leave an invalid index.
_CONCURRENTLY = re.compile(
    r"(?is)^\s*(create\s+(unique\s+)?index|drop\s+index|reindex|alter\s+table\b.*\bdetach\b).*\bconcurrently\b"
)
_INDEX = re.compile(r"(?i)\bindex\b")
_COMMIT = re.compile(r"(?i)^\s*(commit|end)\b")
_WITHOUT_EFFECT = re.compile(
    r"(?is)^\s*(set|show|begin|start|commit|end|rollback|select\b.*\b(pg_catalog|information_schema)\b)"
)
_LONGEST_HEAD = 80


class Statements:
    def __init__(self, state: State, lock_timeout: float) -> None:
        self._state = state
        self._lock_timeout = lock_timeout
        self._lifted = False
        self._followed: list[Engine] = []
        self.own: OwnIndexes | None = None
        """Where indexes are noted before they are built, if they are."""

    def follow(self, engine: Engine) -> None:
        from sqlalchemy import event

        if any(engine is other for other in self._followed):
            return
        self._followed.append(engine)
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "commit", self._commit)
        event.listen(engine, "handle_error", self._error)

    def _before(self, connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        session = self._state.session
        if session is None:
            return
        running = Statement(statement, session.pid, session.engine)
        self._state.statement = self._state.last_statement = running
        step = self._state.running
        if step is not None and _INDEX.search(statement):
            step.indexes_touched += statement + "\n"
        if self.own is not None and step is not None and (session.autocommit or step.left_transaction):
            running.number = self.own.number if self.own.begins(statement) else None
        concurrently = _CONCURRENTLY.match(statement) is not None
        if self._lock_timeout and concurrently != self._lifted:
            self._lifted = concurrently
            value = "0" if concurrently else f"{self._lock_timeout * 1000:.0f}ms"
            session.query(f"SELECT pg_catalog.set_config('lock_timeout', {literal(value)}, false)")

    def _after(self, connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        self._state.statement = None
        if self.own is not None:
            self.own.ended()
        session, step = self._state.session, self._state.running
        if session is None or step is None:
            return
        if _COMMIT.match(statement):
            # The old way to leave the transaction, before Alembic had autocommit_block().
            self._commit(connection)
            step.left_transaction = True
        elif not _WITHOUT_EFFECT.match(statement):
            at_once = step.left_transaction or session.autocommit
            (step.committed if at_once else step.done).append(head(statement))

    def _error(self, context: Any) -> None:
        if self._state.statement is not None:
            self._state.statement.ended = time.monotonic()
            self._state.statement = None
        if self.own is not None:
            self.own.ended()
        # env.py or a migration may catch it; then this is all that is known of it.
        self._state.sql_error = context.sqlalchemy_exception or context.original_exception

    def _commit(self, connection: Any) -> None:
        step = self._state.running
        if step is not None:
            step.committed += step.done
            step.done.clear()


def known(step: Running) -> str:
    """What of a half-applied step is known to be there."""
    listed = "; ".join(step.committed[:3])
    more = f"; and {len(step.committed) - 3} more" if len(step.committed) > 3 else ""
    return listed + more


def head(statement: str) -> str:
    # Up to the first value or list: enough to know what it was, without anybody's data.
    return " ".join(re.split(r"['(]", statement, maxsplit=1)[0].split())[:_LONGEST_HEAD]
