"""Questions to the session that migrates which leave no trace in it: no error, no lock, no setting."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dbmigration.planning.place import chain
from dbmigration.planning.unanswered import Unanswered
from dbmigration.session.session import milliseconds, query
from dbmigration.session.sqlstate import find_sqlstate
from dbmigration.sql.quote import literal

if TYPE_CHECKING:
    from dbmigration.session.session import Session

_SAVEPOINT = "dbmigration_aside"
_CLASS_OF_CONNECTIONS = "08"
_WORDS = {
    "42501": "it may not be read",
    "55P03": "it is locked",
}
_CANCELLED = "57014"


class Aside:
    def __init__(self, session: Session, limit: float) -> None:
        """`limit` is for each question, in seconds."""
        self._session = session
        self._limit = limit
        self._is_open = session.is_in_open_transaction

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        raw = self._session.raw()
        self._begin(raw)
        try:
            yield
        finally:
            self._end(raw)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        raw = self._session.raw()
        try:
            return query(raw, sql)
        except Exception as error:
            sqlstate = find_sqlstate(list(chain(error))) or ""
            if not sqlstate or sqlstate.startswith((_CLASS_OF_CONNECTIONS, "57P")):
                self._session.lost = True
                raise
            self._end(raw)
            self._begin(raw)
            timed_out = f"it could not be looked at within {self._limit:g} s"
            told = timed_out if sqlstate == _CANCELLED else _WORDS.get(sqlstate, f"the server refused to look ({sqlstate})")
            raise Unanswered(told) from error

    def _begin(self, raw: Any) -> None:
        if self._is_open:
            query(raw, f"SAVEPOINT {_SAVEPOINT}")
        elif self._session.autocommit:
            query(raw, "BEGIN")
        limit = literal(milliseconds(self._limit))
        query(raw, f"SELECT pg_catalog.set_config('statement_timeout', {limit}, true)")

    def _end(self, raw: Any) -> None:
        if self._session.lost:
            return
        if self._is_open:
            query(raw, f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            query(raw, f"RELEASE SAVEPOINT {_SAVEPOINT}")
        elif self._session.autocommit:
            query(raw, "ROLLBACK")
        else:
            raw.rollback()
