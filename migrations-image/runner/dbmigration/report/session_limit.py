"""A session that the server has ended by a setting of its own: no network, and the same the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.remedy import RETRY
from dbmigration.report import libpq_variables

if TYPE_CHECKING:
    from dbmigration.state import State

SETTINGS = {
    "25P03": "idle_in_transaction_session_timeout",
    "25P04": "transaction_timeout",
    "57P05": "idle_session_timeout",
}
_WHAT = {
    "25P03": "nothing was asked of it in an open transaction for longer than that, as something else was done meanwhile",
    "25P04": "its transaction took longer than that",
    "57P05": "nothing was asked of it for longer than that, as something else was done meanwhile",
}


def ended_by(causes: list[BaseException], sqlstate: str) -> str | None:
    """The SQLSTATE of such an end; asyncpg has it behind one of its own."""
    found = (sqlstate, *(getattr(cause, "sqlstate", None) for cause in causes))
    return next((state for state in found if state in SETTINGS), None)


def told(where: str, said: str, sqlstate: str, state: State) -> str:
    setting = SETTINGS[sqlstate]
    session = state.course.session
    driver = str(session.engine.dialect.driver) if session is not None else ""
    variable = libpq_variables.setting(setting, driver)
    role = session.user if session is not None else "…"
    remedy = (
        libpq_variables.correction(variable)
        if variable is not None
        else f"Raise it (ALTER ROLE {role} SET {setting} = …, or where else it is set: ALTER DATABASE, postgresql.conf, the "
        f"options of the URL), or let that take less time; then {RETRY}."
    )
    ended = f"the server ended the session {where} by {setting} ({said}): {_WHAT[sqlstate]}"
    return f"{ended}. What was not committed is rolled back. {remedy}"


def doubt(state: State) -> str:
    """Of a session that is gone without a word, as psycopg2 and pg8000 tell it, with a space before it."""
    session = state.course.session
    if session is None or session.idle_limit == "0":
        return ""
    return (
        f" {SETTINGS['25P03']} is {session.idle_limit}: if the session was left alone for so long in its transaction, that is "
        f"why, and ALTER ROLE {session.user} SET {SETTINGS['25P03']} = … raises it."
    )
