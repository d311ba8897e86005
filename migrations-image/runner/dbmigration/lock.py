"""One migration at a time for one version table: an advisory lock on the very session that migrates.

Held there it lives exactly as long as the migration, whatever kills the client. It is asked for again and again instead of
waited for, because a session that waits inside a statement and CREATE INDEX CONCURRENTLY wait for each other for ever.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable

from dbmigration.refusal import DATABASE_BUSY, Refusal
from dbmigration.session import Session, VersionTable

# "dbmg"; with two keys the lock cannot meet an application's own single-key locks.
SPACE = 0x64626D67
SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 1.0


def acquire(session: Session, table: VersionTable, limit: float, waiting: Callable[[str], None]) -> None:
    key = zlib.crc32(table.quoted.encode())
    started = time.monotonic()
    pause = SHORTEST_PAUSE
    # The key is unsigned where pg_locks shows it and signed where the function takes it.
    signed = key - (1 << 32) if key >= 1 << 31 else key
    told = False
    while not session.query(f"SELECT pg_catalog.pg_try_advisory_lock({SPACE}, {signed})")[0][0]:
        holder = _holder(session, key)
        waited = time.monotonic() - started
        if limit and waited >= limit:
            raise Refusal(
                DATABASE_BUSY,
                f"another migration of {table} in database {session.database} is running: {holder}. Waited {waited:.0f} s "
                "(timeouts.busy). Let it finish, or end that session.",
            )
        if not told:
            waiting(holder)
            told = True
        time.sleep(min(pause, max(limit - waited, 0.01)) if limit else pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def _holder(session: Session, key: int) -> str:
    rows = session.query(
        "SELECT a.pid, a.application_name::text, a.usename::text, pg_catalog.host(a.client_addr), "
        "extract(epoch FROM pg_catalog.now() - a.backend_start)::int "
        "FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
        f"WHERE l.locktype = 'advisory' AND l.classid = {SPACE} AND l.objid = {key} AND l.objsubid = 2 AND l.granted "
        "AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
    )
    if not rows:
        return "it ended just now"
    pid, name, user, address, seconds = rows[0]
    since = f", connected for {seconds} s" if seconds is not None else ""
    origin = f", from {address}" if address else ""
    return f"process {pid}, application {name or 'without a name'}, user {user}{origin}{since}"
