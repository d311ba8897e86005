"""A second session to the same server, opened as env.py's engine opens its own: to read, to look, to end the first."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from dbmigration.session import application_name, literal, query

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from dbmigration.session import Session

# Nothing that is asked here takes long, unless somebody else has locked the version table.
_LIMIT = "10s"
# The name and, from version 14 on, an early end for a question whose asker is gone.
_SETTINGS = (
    "SELECT pg_catalog.set_config('application_name', {name}, false), "
    f"pg_catalog.set_config('statement_timeout', '{_LIMIT}', false), "
    "CASE WHEN pg_catalog.current_setting('client_connection_check_interval', true) IS NOT NULL "
    "THEN pg_catalog.set_config('client_connection_check_interval', '1s', false) END"
)
Result = TypeVar("Result")
Ask = Callable[[str], list[tuple[Any, ...]]]


def with_session(engine: Engine, use: Callable[[Ask], Result]) -> Result:
    """Calls `use` with a function that runs one statement in a session of its own, outside every pool."""

    def run() -> Result:
        # The pool's creator has the user's connect arguments, events and token providers; a pool of another event
        # loop, or one that is exhausted, must not matter.
        raw: Any = engine.pool._invoke_creator(None)  # type: ignore[arg-type]
        try:
            name = literal(application_name("observer"))
            query(raw, _SETTINGS.format(name=name))

            def ask(sql: str) -> list[tuple[Any, ...]]:
                result = query(raw, sql)
                raw.commit()
                return result

            return use(ask)
        finally:
            raw.close()

    if not getattr(engine.dialect, "is_async", False):
        return run()
    import asyncio

    from sqlalchemy.util import greenlet_spawn

    return asyncio.run(greenlet_spawn(run))


def end_session(ask: Ask, session: Session) -> None:
    """Ends it on the server, if it is still there, and returns when it is gone."""
    ask(f"SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE {session.identity}")
    while ask(f"SELECT 1 FROM pg_catalog.pg_stat_activity WHERE {session.identity}"):
        time.sleep(0.01)
