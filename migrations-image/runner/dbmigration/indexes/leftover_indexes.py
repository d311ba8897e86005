"""Invalid indexes that a run itself leaves: noted before they are begun, and dropped by the next run."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from dbmigration.indexes import invalid_indexes, marks
from dbmigration.indexes.marks import Mark
from dbmigration.planning.place import chain
from dbmigration.reasons import INVALID_INDEX
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.session import threads
from dbmigration.session.sqlstate import find_sqlstate
from dbmigration.sql import index_statement
from dbmigration.sql.quote import literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbmigration.indexes.invalid_indexes import InvalidIndex
    from dbmigration.session.session import Ask, Session
    from dbmigration.session.traffic import Traffic
    from dbmigration.session.version_table import VersionTable

_PERMISSION_DENIED = "42501"


class LeftoverIndexes:
    def __init__(self, traffic: Traffic, session: Session, table: VersionTable, env_py: str, tell: Callable[..., None]) -> None:
        """`tell` is called with each event."""
        self._traffic = traffic
        self._session = session
        self._table = table
        self._env_py = env_py
        self._tell = tell
        self.dropped: list[str] = []
        self._building: Mark | None = None
        # The second session adds the index's number while the first one builds it.
        self._writing = threads.allocate_lock()

    def is_own(self, index: InvalidIndex) -> bool:
        return any(mark.is_of(index) for mark in marks.read(self._session.query, self._table))

    def begins(self, statement: str) -> bool:
        """Notes the index that this statement is about to build outside a transaction; False if it builds none."""
        built = index_statement.read(statement)
        if built is None:
            return False
        found = self._session.query(
            f"SELECT n.nspname::pg_catalog.text, {literal(built.index)}::pg_catalog.name::pg_catalog.text, "
            "t.oid::pg_catalog.int8 FROM pg_catalog.pg_class t "
            "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.relnamespace "
            f"WHERE t.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass({literal(built.table)})::pg_catalog.oid "
            # One that is there is not built: the statement fails, or does nothing because of IF NOT EXISTS.
            "AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_class i WHERE i.relnamespace OPERATOR(pg_catalog.=) t.relnamespace "
            f"AND i.relname OPERATOR(pg_catalog.=) {literal(built.index)})"
        )
        if not found:
            return False
        mark = Mark(str(found[0][0]), str(found[0][1]), int(found[0][2]))
        try:
            marks.add(self._session.query, self._table, mark)
        except Exception as error:
            if find_sqlstate(list(chain(error))) != _PERMISSION_DENIED:
                raise
            warnings.warn(
                f"spec.invalidIndexes is Drop, and index {mark} could not be noted in the comment of {self._table}, "
                "which belongs to another role: if it becomes invalid, it has to be dropped by hand.",
                stacklevel=1,
            )
            return False
        self._building = mark
        return True

    def number(self, ask: Ask) -> None:
        """Adds the number of the index that is being built, called again and again by the second session."""
        with self._writing:
            mark = self._building
            if mark is None or mark.index is not None:
                return
            try:
                number = _number(ask, mark)
                if number is not None:
                    numbered = Mark(mark.schema, mark.name, mark.table, number)
                    marks.add(ask, self._table, numbered)
                    self._building = numbered
            except Exception:
                # It logs in without the role that env.py has taken on, perhaps. The note will do without.
                return

    def ended(self) -> None:
        """The statement has succeeded, or failed: then the index may be there."""
        with self._writing:
            mark, self._building = self._building, None
            if mark is None:
                return
            try:
                left = next((i for i in invalid_indexes.read(self._session.query) if mark.is_of(i)), None)
                if left is None:
                    marks.remove(self._session.query, self._table, mark)
                elif mark.index is None:
                    marks.add(self._session.query, self._table, Mark(mark.schema, mark.name, mark.table, left.number))
            except Exception:
                # The session may be gone. The note is right as it is, and the next run clears it away.
                return

    def drop_left(self) -> None:
        """Drops what an earlier run noted and left invalid. Called under the lock, so that no such run is alive."""
        ask = self._session.query
        for mark in marks.read(ask, self._table):
            left = next((index for index in invalid_indexes.read(ask) if mark.is_of(index)), None)
            if left is None and _being_built(ask, mark):
                # By somebody else, who is not in its way.
                continue
            if left is not None:
                self._drop(mark)
            marks.remove(ask, self._table, mark)

    def _drop(self, mark: Mark) -> None:
        if self._session.in_transaction:
            raise Refusal(
                INVALID_INDEX,
                f"index {mark} is invalid, an earlier attempt left it, and it cannot be dropped, because {self._env_py} "
                "began a transaction before context.configure(). Commit before configure(), or run "
                f"`DROP INDEX CONCURRENTLY {mark.quoted};` and {RETRY}.",
            )
        self._tell("index", index=str(mark), state="dropping")
        dropping = f"DROP INDEX CONCURRENTLY IF EXISTS {mark.quoted}"
        with self._traffic.own(self._session, dropping):
            self._session.outside_transaction(dropping)
        self._tell("index", index=str(mark), state="dropped")
        self.dropped.append(str(mark))


def _number(ask: Ask, mark: Mark) -> int | None:
    found = ask(
        "SELECT i.indexrelid::pg_catalog.int8 FROM pg_catalog.pg_index i "
        "JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid "
        "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace "
        f"WHERE n.nspname OPERATOR(pg_catalog.=) {literal(mark.schema)} "
        f"AND c.relname OPERATOR(pg_catalog.=) {literal(mark.name)} "
        f"AND i.indrelid OPERATOR(pg_catalog.=) {mark.table}::pg_catalog.oid"
    )
    return int(found[0][0]) if found else None


def _being_built(ask: Ask, mark: Mark) -> bool:
    number = _number(ask, mark)
    if number is None or mark.index not in (None, number):
        return False
    return not ask(
        f"SELECT i.indisvalid FROM pg_catalog.pg_index i WHERE i.indexrelid OPERATOR(pg_catalog.=) {number}::pg_catalog.oid"
    )[0][0]
