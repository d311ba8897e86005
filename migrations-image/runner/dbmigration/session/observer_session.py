"""A second session to the same server, opened as env.py's engine opens its own: to read, to look, to end the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from dbmigration.session import threads
from dbmigration.session.session import Ask, application_name, query
from dbmigration.sql.quote import literal

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from dbmigration.session.session import Session

# Nothing that is asked here takes long, unless somebody else has locked the version table.
_LIMIT = "10s"
# What the first session itself has locked is not to be had at all.
_SHORT = "1s"
_PATIENCE = 15.0
# The name and, from version 14 on, an early end for a question whose asker is gone.
_SETTINGS = (
    "SELECT pg_catalog.set_config('application_name', {name}, false), "
    f"pg_catalog.set_config('statement_timeout', '{_LIMIT}', false), "
    "CASE WHEN pg_catalog.current_setting('client_connection_check_interval', true) IS NOT NULL "
    "THEN pg_catalog.set_config('client_connection_check_interval', '1s', false) END"
)
Result = TypeVar("Result")


def with_session(engine: Engine, use: Callable[[Ask], Result]) -> Result:
    """Calls `use` with a function that runs one statement in a session of its own, outside every pool."""

    def asking(raw: Any) -> Result:
        name = literal(application_name("observer"))
        query(raw, _SETTINGS.format(name=name))

        def ask(sql: str) -> list[tuple[Any, ...]]:
            result = query(raw, sql)
            raw.commit()
            return result

        return use(ask)

    return with_connection(engine, asking)


def with_connection(engine: Engine, use: Callable[[Any], Result]) -> Result:
    """The same with the driver's connection itself."""

    def run() -> Result:
        # The pool's creator has the user's connect arguments, events and token providers; a pool of another event
        # loop, or one that is exhausted, must not matter.
        raw: Any = engine.pool._invoke_creator(None)  # type: ignore[arg-type]
        try:
            return use(raw)
        finally:
            raw.close()

    if not getattr(engine.dialect, "is_async", False):
        return run()
    import asyncio

    from sqlalchemy.util import greenlet_spawn

    return asyncio.run(greenlet_spawn(run))


def in_place_of(session: Session, use: Callable[[Ask], Result]) -> Result:
    """What is to be committed while the session itself is in a transaction of env.py's, by its role and where it would be."""
    names = ("search_path", "default_tablespace", "default_table_access_method", "role")
    settings = ", ".join(f"pg_catalog.current_setting('{name}', true)" for name in names)
    user, isolation, *values = session.query(
        f"SELECT CURRENT_USER::pg_catalog.text, pg_catalog.current_setting('transaction_isolation'), {settings}"
    )[0]
    if isolation != "read committed":
        raise LookupError(f"the session reads what was there when it began ({isolation})")

    def prepared(ask: Ask) -> Result:
        if not ask(f"SELECT 1 FROM pg_catalog.pg_stat_activity WHERE {session.identity}"):
            raise LookupError("the other session is on another server")
        for name, value in [("lock_timeout", _SHORT), *zip(names, values)]:
            ask(f"SELECT pg_catalog.set_config({literal(name)}, {literal(str(value or ''))}, false)")
        if ask("SELECT CURRENT_USER::pg_catalog.text")[0][0] != user:
            raise LookupError(f"the other session is not one of {user}")
        return use(ask)

    # An event loop may be running in this thread, and a driver may wait here for a server that does not answer.
    return from_another_thread(lambda: with_session(session.engine, prepared))


def from_another_thread(function: Callable[[], Result]) -> Result:
    results: list[Result] = []
    errors: list[BaseException] = [TimeoutError(f"the server did not answer within {_PATIENCE:g} s")]

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:
            errors[0] = error

    threads.Thread(run).join(_PATIENCE)
    if results:
        return results[0]
    raise errors[0]


def is_left_open(ask: Ask, session: Session) -> bool:
    """Whether it is in a transaction in which nothing runs."""
    state = "state OPERATOR(pg_catalog.~~) 'idle in transaction%'"
    return bool(ask(f"SELECT 1 FROM pg_catalog.pg_stat_activity WHERE {session.identity} AND {state}"))


def end_session(ask: Ask, session: Session) -> None:
    """Ends it on the server, if it is still there, and returns when it is gone."""
    ask(f"SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE {session.identity}")
    while ask(f"SELECT 1 FROM pg_catalog.pg_stat_activity WHERE {session.identity}"):
        threads.sleep(0.01)
