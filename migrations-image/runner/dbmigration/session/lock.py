"""One migration at a time for one version table: an advisory lock on the very session that migrates.

Held there it lives exactly as long as the migration, whatever kills the client. It is asked for again and again instead of
waited for, because a session that waits inside a statement and CREATE INDEX CONCURRENTLY wait for each other for ever.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable

from dbmigration.reasons import DATABASE_BUSY
from dbmigration.refusal import Refusal
from dbmigration.session.plain_alembic import PlainAlembic, description_of
from dbmigration.session.session import Session
from dbmigration.session.version_table import VersionTable

# "dbmg"; with two keys the lock cannot meet an application's own single-key locks.
SPACE = 0x64626D67
SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 1.0


def acquire(session: Session, table: VersionTable, limit: float, waiting: Callable[[str], None]) -> None:
    """Returns with the lock, and when nobody who asks for no lock, such as a plain `alembic`, is migrating either."""
    key, signed = _key(table)
    started = time.monotonic()
    pause = SHORTEST_PAUSE
    told = ""
    alembic = PlainAlembic(session, table, SPACE)
    while True:
        waited = time.monotonic() - started
        if not _taken(session, signed):
            holder = _holder(session, key) or "it ended just now"
        else:
            holder = alembic.seen()
            if not holder and not (alembic.is_suspicious(waited) and (not limit or waited < limit)):
                return
            # Another runner need not wait for this one as well, nor does it find a lock that was taken twice.
            session.query(f"SELECT pg_catalog.pg_advisory_unlock({SPACE}, {signed})")
        if holder and limit and waited >= limit:
            raise Refusal(
                DATABASE_BUSY,
                f"another migration of {table} in database {session.database} is running: {holder}. Waited {waited:.0f} s "
                "(timeouts.busy). Let it finish, or end that session.",
            )
        if holder and not told:
            told = holder
            waiting(holder)
        time.sleep(min(pause, max(limit - waited, 0.01)) if limit else pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def keep(session: Session, table: VersionTable) -> None:
    """After a statement that may have given it up, of the migration's own."""
    key, signed = _key(table)
    if not _taken(session, signed):
        raise Refusal(
            DATABASE_BUSY,
            f"the migration itself gave up the lock by which only one migrates {table} at a time, and another migration took "
            f"it: {_holder(session, key) or 'it ended just now'}. Take DISCARD ALL and pg_advisory_unlock_all() out of the "
            "script.",
        )


def _taken(session: Session, signed: int) -> bool:
    return bool(session.query(f"SELECT pg_catalog.pg_try_advisory_lock({SPACE}, {signed})")[0][0])


def _key(table: VersionTable) -> tuple[int, int]:
    """Unsigned as pg_locks shows it, and signed as the functions take it."""
    key = zlib.crc32(table.quoted.encode())
    return key, key - (1 << 32) if key >= 1 << 31 else key


_SESSION = (
    "a.pid, a.application_name::pg_catalog.text, a.usename::pg_catalog.text, pg_catalog.host(a.client_addr), "
    "extract(epoch FROM pg_catalog.now() OPERATOR(pg_catalog.-) a.backend_start)::pg_catalog.int4 "
    "FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) l.pid WHERE l.granted "
    "AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d "
    "WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())"
)


def _holder(session: Session, key: int) -> str:
    """Of the advisory lock."""
    what = (
        f"l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.classid OPERATOR(pg_catalog.=) {SPACE}::pg_catalog.oid "
        f"AND l.objid OPERATOR(pg_catalog.=) {key}::pg_catalog.oid AND l.objsubid OPERATOR(pg_catalog.=) 2"
    )
    found = session.query(f"SELECT {_SESSION} AND {what}")
    return description_of(found[0]) if found else ""
