"""Whether anybody answers where the resource's URL leads, where env.py ended before it asked for a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.course import Endpoint
from dbmigration.planning.database_url import readable
from dbmigration.planning.driver import default_driver, is_usable
from dbmigration.planning.place import chain
from dbmigration.reasons import DATABASE_UNREACHABLE
from dbmigration.report import own_connection
from dbmigration.session import named_server
from dbmigration.session.address import asked_for
from dbmigration.session.observer_session import from_another_thread, with_connection
from dbmigration.session.sqlstate import find_sqlstate

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from dbmigration.refusal import Refusal
    from dbmigration.state import State


def refusal(state: State) -> Refusal | None:
    """What is to be said of the first URL where nobody does; None where all answer, or nobody can tell."""
    for text in state.task.own.urls.values() if state.task.own is not None else ():
        url = readable(text)
        if url is None or url.get_backend_name() != "postgresql":
            continue
        found = _of(url, state)
        if found is not None and found.reason == DATABASE_UNREACHABLE:
            return found
    return None


def _of(url: URL, state: State) -> Refusal | None:
    from dbmigration.report.connection_failure import connect_failure

    named = url.drivername.partition("+")[2] or default_driver()
    if not is_usable(named):
        return None
    before = state.course.connecting
    try:
        engine = named_server.engine(url, named)
        given = engine.dialect.create_connect_args(engine.url)[1]
        state.course.connecting = Endpoint.of(named, given, asked_for(given))
        from_another_thread(lambda: with_connection(engine, lambda _: None))
    except Exception as error:
        causes = list(chain(error))
        if own_connection.is_before_the_driver(causes):
            # By a hook that env.py has for every engine.
            return None
        return connect_failure(error, causes, find_sqlstate(causes), state)
    finally:
        state.course.connecting = before
    return None
