"""Whether the pooler that a session came through leaves it its process of the server until its end: session pooling does.

The session listens to a channel and does nothing; another one, opened in the same way, notifies it. What the server says to an
idle session arrives only where its process belongs to that session. In transaction mode a pooler has taken it back by then.
"""

from __future__ import annotations

import secrets
import select
import time
from typing import TYPE_CHECKING, Any

from dbmigration.planning.place import chain
from dbmigration.reasons import POOLER_DETECTED
from dbmigration.refusal import Refusal
from dbmigration.session import keepalive
from dbmigration.session.observer_session import from_another_thread, with_connection, with_session
from dbmigration.session.session import PAST_POOLERS, Session, driver_connection, query
from dbmigration.session.sqlstate import primary_message

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from dbmigration.session.session import Ask

# A word of the server's is there at once, or never.
_PATIENCE = 5.0
_TRACE = "dbmigration.trace"


def refuse_unless_kept(session: Session) -> None:
    """For one that came through a pooler."""
    try:
        if session.in_transaction:
            # There it would hear nothing before the end; one that is opened in the same way is treated in the same way.
            hears = from_another_thread(lambda: with_connection(session.engine, lambda raw: _hears(raw, session.engine)))
        else:
            hears = _hears(session.raw(), session.engine)
        told = "locks and settings of a session do not hold there (transaction or statement mode)"
        is_kept = hears and not _leaves_traces(session.engine)
        if hears:
            told = "it gives a session to the next one as the last one left it, with its locks (server_reset_query is empty)"
    except Exception as error:
        is_kept, told = False, f"whether locks of a session hold there could not be found out: {_said(error)}"
    if not is_kept:
        raise Refusal(
            POOLER_DETECTED,
            f"between env.py and database {session.database} stands a connection pooler such as PgBouncer, and {told}. "
            f"{PAST_POOLERS} Or use a pool in session mode (pool_mode = session).",
        )


def _said(error: Exception) -> str:
    return primary_message(list(chain(error)))


def _hears(raw: Any, engine: Engine) -> bool:
    channel = f"dbmigration_{secrets.token_hex(8)}"

    def call() -> None:
        from_another_thread(lambda: with_session(engine, lambda ask: ask(f"SELECT pg_catalog.pg_notify('{channel}', '')")))

    connection = driver_connection(raw)
    if hasattr(connection, "add_listener"):
        return _asyncpg_hears(connection, channel, call)
    query(raw, f"LISTEN {channel}")
    raw.commit()
    try:
        call()
        return _heard(raw, connection, channel)
    finally:
        query(raw, f"UNLISTEN {channel}")
        raw.commit()


def _asyncpg_hears(connection: Any, channel: str, call: Any) -> bool:
    import asyncio

    from sqlalchemy.util import await_only

    async def listen() -> bool:
        heard = asyncio.Event()

        def hear(*_: Any) -> None:
            heard.set()

        await connection.add_listener(channel, hear)
        try:
            call()
            await asyncio.wait_for(heard.wait(), _PATIENCE)
        except asyncio.TimeoutError:
            return False
        finally:
            await connection.remove_listener(channel, hear)
        return True

    return bool(await_only(listen()))


def _heard(raw: Any, connection: Any, channel: str) -> bool:
    """Without asking for anything, as in transaction mode a question is answered by a process that may have heard it."""
    end = time.monotonic() + _PATIENCE
    descriptor = keepalive.descriptor(connection)
    while descriptor is not None and select.select([descriptor], [], [], max(0.0, end - time.monotonic()))[0]:
        if hasattr(connection, "pgconn"):
            connection.pgconn.consume_input()
            if any(word.relname.decode() == channel for word in iter(connection.pgconn.notifies, None)):
                return True
        elif hasattr(connection, "poll"):  # psycopg2
            connection.poll()
            if any(word.channel == channel for word in connection.notifies):
                return True
        else:
            # pg8000 reads only with an answer; something was there before the question.
            query(raw, "SELECT 1")
            raw.commit()
            return any(channel in word for word in connection.notifications)
    return False


def _leaves_traces(engine: Engine) -> bool:
    """Whether a session finds what another one has set and not taken back."""
    trace = secrets.token_hex(8)

    def leave(ask: Ask) -> None:
        ask(f"SELECT pg_catalog.set_config('{_TRACE}', '{trace}', false)")

    def find(ask: Ask) -> bool:
        return bool(ask(f"SELECT pg_catalog.current_setting('{_TRACE}', true)")[0][0] == trace)

    from_another_thread(lambda: with_session(engine, leave))
    return from_another_thread(lambda: with_session(engine, find))
