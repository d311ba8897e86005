"""What a person can do about a statement of a step that failed, beyond reading what the server said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.remedy import RETRY
from dbmigration.report import dropped_table, env_py_beside, extensions, prerequisite
from dbmigration.session.sqlstate import hint
from dbmigration.sql.splitter import statements

if TYPE_CHECKING:
    from dbmigration.state import State

_REMEDY = f"Correct the script and build the image again, or mend the cause in the database and {RETRY}"
# In every language, of a transaction that has begun with something else.
_ISOLATION = "SET TRANSACTION ISOLATION LEVEL"
_OF_ISOLATION = (
    "Something was asked before it in every transaction of a migration: let env.py make its engine with that level, "
    'create_engine(…, isolation_level="SERIALIZABLE"), and take the statement out of the script'
)
_ONE_AT_A_TIME = "asyncpg takes one statement at a time: give each an op.execute() of its own, and build the image again"
# Of psycopg 3, in no language but its own, of a statement for which it is given no parameters.
_PLACEHOLDER = "placeholder"
_OF_A_PERCENT_SIGN = (
    "psycopg takes a % for the beginning of a parameter in what is sent by exec_driver_sql(): write %% there, or send it as "
    "text(), and build the image again"
)
_REMEDIES = {
    "25001": "Run it outside the transaction: `with op.get_context().autocommit_block():` around this statement",
    "55P04": "The new value of the enum is committed with its transaction only: set transaction_per_migration=True in "
    "context.configure() of env.py, and use the value in a later revision",
    "22001": "If the id of the revision is longer than 32 characters, that is the cause: shorten it",
    "3F000": "If the search path is empty, as the text of a pg_dump makes it at its head, that is the cause: behind that text, "
    "let the script set it again (SELECT set_config('search_path', 'public', false)), or name the schemas",
    "53100": f"The disk of the server is full: make room, and {RETRY}",
}


def remedy(causes: list[BaseException], said: str, sqlstate: str, state: State) -> str:
    unmet = _unmet(causes, said, sqlstate, state)
    if unmet is not None:
        return unmet
    if not sqlstate and _PLACEHOLDER in said:
        return _OF_A_PERCENT_SIGN
    beside = env_py_beside.hook_of(causes, state) or env_py_beside.statement_of(causes, state)
    if beside is not None:
        return env_py_beside.remedy(beside)
    if sqlstate == "25001" and _ISOLATION in said:
        return _OF_ISOLATION
    if sqlstate == "42601" and _is_more_than_asyncpg_takes(state):
        return _ONE_AT_A_TIME
    return _REMEDIES.get(sqlstate, _REMEDY)


def _unmet(causes: list[BaseException], said: str, sqlstate: str, state: State) -> str | None:
    """What the statement needs and the database does not have."""
    if sqlstate == prerequisite.SQLSTATE:
        return prerequisite.remedy(hint(causes), said, state)
    if sqlstate == dropped_table.SQLSTATE:
        return dropped_table.remedy(state)
    if sqlstate in extensions.MISSING and extensions.is_made_by(state.traffic.last):
        return f"{extensions.NOT_INSTALLED}; then {RETRY}"
    return None


def _is_more_than_asyncpg_takes(state: State) -> bool:
    session, failed = state.course.session, state.traffic.last
    if session is None or failed is None or session.engine.dialect.driver != "asyncpg":
        return False
    return len([one for one in statements(failed.text) if not one.is_empty]) > 1
