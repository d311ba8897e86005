"""Somebody who migrates without asking for the lock, such as a plain `alembic`: known by what its session holds.

Alembic reads and writes the version table in the transaction of its steps, which shows in its locks. With a transaction for
each step it holds nothing of the version table while a step runs, and nothing at all between two of them. So a session that
was seen at it is followed until it is done, and one that may be at it is watched for a while.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dbmigration.session.session import Session
from dbmigration.session.version_table import VersionTable
from dbmigration.sql.quote import literal

# Somebody who changes the schema may be migrating; for who does not, nobody should wait long.
_SUSPICION = 2.0
# So many transactions may have begun since somebody wrote the version table who is still at the next step.
_RECENT = 100
# Between two steps a session is idle for a moment: only one that is so twice in a row is done.
_LOOKS = 2

_SESSIONS = """
SELECT a.pid, a.application_name::pg_catalog.text, a.usename::pg_catalog.text, pg_catalog.host(a.client_addr),
       extract(epoch FROM pg_catalog.now() OPERATOR(pg_catalog.-) a.backend_start)::pg_catalog.int4,
       pg_catalog.bool_or(l.relation OPERATOR(pg_catalog.=) pg_catalog.to_regclass({table})::pg_catalog.oid
           AND l.mode OPERATOR(pg_catalog.<>) 'ShareUpdateExclusiveLock'
           AND (l.mode OPERATOR(pg_catalog.<>) 'AccessShareLock' OR a.backend_xid IS NOT NULL)),
       pg_catalog.bool_or(l.locktype OPERATOR(pg_catalog.=) 'relation' AND l.mode OPERATOR(pg_catalog.=) ANY
           ('{{ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}}'::pg_catalog.text[])),
       a.backend_xid IS NOT NULL
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) l.pid
WHERE l.granted AND a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_locks r WHERE r.pid OPERATOR(pg_catalog.=) a.pid AND r.granted
    AND r.locktype OPERATOR(pg_catalog.=) 'advisory' AND r.classid OPERATOR(pg_catalog.=) {space}::pg_catalog.oid)
GROUP BY a.pid, a.application_name, a.usename, a.client_addr, a.backend_start, a.backend_xid
"""
_WRITTEN_RECENTLY = "SELECT 1 FROM {table} v WHERE pg_catalog.age(v.xmin) OPERATOR(pg_catalog.<) {recent}"


class _Other(NamedTuple):
    """Another session that is in a transaction: every one of these holds a lock at least on its own number."""

    pid: int
    description: str
    is_at_version_table: bool
    changes_schema: bool
    writes: bool


class PlainAlembic:
    def __init__(self, session: Session, table: VersionTable, space: int) -> None:
        """Whoever holds an advisory lock of this space is a runner, and at another version table."""
        self._session = session
        self._table = table
        self._space = space
        self._rows: tuple[str, ...] | None = None
        self._followed: dict[int, int] = {}
        """How often each of these was seen idle in a row."""
        self._descriptions: dict[int, str] = {}
        self._others: list[_Other] = []

    def seen(self) -> str:
        """Who is migrating, in words; empty if nobody is. Asked again and again."""
        others = self._others = self._look()
        rows, before = self._session.rows(self._table) if others or self._followed else (), self._rows
        changed = before is not None and rows != before
        for other in others:
            # Who was in a transaction that wrote while the rows changed may have changed them.
            if other.is_at_version_table or (changed and other.writes):
                self._followed[other.pid] = 0
                self._descriptions[other.pid] = other.description
        self._rows = rows
        self._forget_idle({other.pid for other in others})
        if self._followed:
            return self._descriptions[next(iter(self._followed))]
        return ""

    def is_suspicious(self, waited: float) -> bool:
        """Whether somebody seen just now may be, and cannot be told from others: worth a short while, and no refusal."""
        writing = [other for other in self._others if other.writes]
        if waited >= _SUSPICION or not writing:
            return False
        return any(other.changes_schema for other in writing) or self._written_recently()

    def _forget_idle(self, busy: set[int]) -> None:
        for pid in list(self._followed):
            self._followed[pid] = 0 if pid in busy else self._followed[pid] + 1
            if self._followed[pid] >= _LOOKS:
                del self._followed[pid]

    def _written_recently(self) -> bool:
        if self._session.query(f"SELECT pg_catalog.to_regclass({literal(self._table.quoted)})::pg_catalog.text")[0][0] is None:
            return False
        return bool(self._session.query(_WRITTEN_RECENTLY.format(table=self._table.quoted, recent=_RECENT)))

    def _look(self) -> list[_Other]:
        sql = _SESSIONS.format(table=literal(self._table.quoted), space=self._space)
        return [
            _Other(int(row[0]), description_of(row[:5]), bool(row[5]), bool(row[6]), bool(row[7]))
            for row in self._session.query(sql)
        ]


def description_of(row: tuple[Any, ...]) -> str:
    """A session, from its process id, application name, user, address and age."""
    pid, name, user, address, seconds = row
    since = f", connected for {seconds} s" if seconds is not None else ""
    origin = f", from {address}" if address else ""
    return f"process {pid}, application {name or 'without a name'}, user {user}{origin}{since}"
