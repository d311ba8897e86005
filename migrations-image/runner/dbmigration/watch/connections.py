"""Knows while a driver is connecting: not every driver gives up on a host that does not answer."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from dbmigration.course import Endpoint
from dbmigration.planning.driver import name_of
from dbmigration.report.redact import Secrets
from dbmigration.session import threads
from dbmigration.session.address import KEY, LED, asked_for

if TYPE_CHECKING:
    from dbmigration.state import State

# Of libpq's variables those that lead elsewhere than to the host that was asked for.
_DETOURS = ("PGHOSTADDR", "PGPORT", "PGSERVICE")


def follow_connections(state: State, secrets: Secrets, changed: Callable[[], None]) -> None:
    """Those of every engine that env.py makes. `changed` is called when there is a new deadline to be kept."""
    course, before = state.course, {name: os.environ.get(name) for name in _DETOURS}

    def begin(dialect: Any, record: Any, args: Any, parameters: dict[str, Any]) -> None:
        secrets.follow(parameters)
        address = asked_for(parameters)
        if record is not None:
            record.info[KEY] = address
        if threads.is_own():
            # A second session, which has its own way to end.
            return
        course.connecting = Endpoint.of(name_of(dialect), parameters, address)
        if record is not None and any(os.environ.get(name) for name in _DETOURS):
            from dbmigration.report import libpq_variables

            record.info[LED] = libpq_variables.detours(state, before)
        changed()

    def end(*_: Any) -> None:
        # env.py may connect in a thread of its own, and in several.
        if course.connecting is not None and course.connecting.thread == threading.get_ident():
            course.connecting = None

    def failed(context: Any) -> None:
        """SQLAlchemy 1.4 does not tell of a connection. Of a statement a script may print the error that it catches."""
        if context.statement is not None:
            from dbmigration.report import repeated_values

            sets = getattr(context.execution_context, "compiled_parameters", None)
            error = context.original_exception
            secrets.add(repeated_values.of_statement(context.statement, context.parameters, sets, error))
        if course.connecting is not None and course.connecting.thread == threading.get_ident():
            course.connecting.error = context.original_exception

    event.listen(Engine, "do_connect", begin)
    event.listen(Engine, "connect", end)
    event.listen(Engine, "handle_error", failed)
