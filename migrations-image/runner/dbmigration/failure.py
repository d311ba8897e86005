"""What an exception means. SQLSTATE and type decide, as far as a driver gives them; texts only where it does not."""

from __future__ import annotations

import os
from typing import Any

from dbmigration import refusal as reasons
from dbmigration.connecting import connect_failure
from dbmigration.place import chain, frames, innermost, is_own, within
from dbmigration.refusal import Refusal
from dbmigration.state import State
from dbmigration.statements import known

_LOST = ("08", "57P01", "57P02", "57P03")
_CONFLICT = ("40001", "40P01")
# What a person can do about these, beyond reading the message of the server.
_REMEDIES = {
    "25001": "Run it outside the transaction: `with op.get_context().autocommit_block():` around this statement",
    "55P04": "The new value of the enum is committed with its transaction only: set transaction_per_migration=True in "
    "context.configure() of env.py, and use the value in a later revision",
    "22001": "If the id of the revision is longer than 32 characters, that is the cause: shorten it",
    "42P07": "It is there already: created by hand, or left by an earlier attempt outside a transaction. Compare the schema "
    "with the revision, remove what is too much, and try again",
    "53100": "The disk of the server is full: make room",
}
_REMEDIES["42701"] = _REMEDIES["42710"] = _REMEDIES["42P07"]


def classify(error: BaseException, state: State) -> Refusal:
    """The one refusal that says best why the run ended with this exception."""
    if state.refusal is not None:
        return state.refusal
    causes = list(chain(error))
    for cause in causes:
        if isinstance(cause, Refusal):
            return cause
    sqlstate = find_sqlstate(causes)
    if state.connecting is not None or (state.session is None and (sqlstate or "").startswith(("28", "3D"))):
        return connect_failure(error, causes, sqlstate, state)
    if is_own(error):
        return _internal(error)
    if state.session is not None and (sqlstate is not None or _is_database_error(causes)):
        return _database_failure(error, causes, sqlstate, state)
    if state.running is not None:
        return _migration_failure(error, state)
    if state.env_py is not None:
        return _environment_failure(error, causes, sqlstate, state)
    return _internal(error)


def find_sqlstate(causes: list[BaseException]) -> str | None:
    for cause in causes:
        for found in (getattr(cause, "sqlstate", None), getattr(cause, "pgcode", None), _pg8000(cause).get("C")):
            if isinstance(found, str) and len(found) == 5:
                return found
    return None


def primary_message(causes: list[BaseException]) -> str:
    """What the server said, without detail, statement and parameters: these may hold data of the user's users."""
    for cause in causes:
        diag = getattr(cause, "diag", None)
        found = getattr(diag, "message_primary", None) or _pg8000(cause).get("M")
        if found:
            return str(found)
    for cause in reversed(causes):
        if type(cause).__module__.startswith("asyncpg"):
            return str(cause).split("\n")[0]
    original = next((c for c in causes if getattr(c, "orig", None) is None), causes[0])
    return (str(original).strip() or type(original).__name__).split("\n")[0]


def _pg8000(error: BaseException) -> dict[str, str]:
    first: Any = error.args[0] if error.args else None
    return first if isinstance(first, dict) and "C" in first else {}


def _is_database_error(causes: list[BaseException]) -> bool:
    from sqlalchemy.exc import DBAPIError

    return any(isinstance(cause, DBAPIError) for cause in causes)


def _database_failure(error: BaseException, causes: list[BaseException], sqlstate: str | None, state: State) -> Refusal:
    running = state.running
    revision = running.step.revision if running else None
    where = _doing(state)
    said = primary_message(causes)
    disconnected = any(getattr(cause, "connection_invalidated", False) for cause in causes)

    def refusal(reason: str, text: str) -> Refusal:
        return Refusal(reason, text, revision, sqlstate)

    if disconnected or (sqlstate or "").startswith(_LOST):
        return refusal(
            reasons.CONNECTION_LOST,
            f"the connection to the database was lost {where} ({said}). The server has rolled back what was not committed; it "
            "is tried again by itself.",
        )
    if sqlstate == "55P03":
        return refusal(reasons.LOCK_TIMEOUT, _lock_timeout(where, state))
    if sqlstate in _CONFLICT:
        return refusal(
            reasons.LOCK_TIMEOUT,
            f"the server ended the transaction {where} in favour of another one ({said}). It is tried again by itself; if it "
            "stays, migrate when less is going on.",
        )
    if sqlstate == "57014":
        return _cancelled(where, said, state, revision)
    if sqlstate == "25006":
        return refusal(
            reasons.DATABASE_UNREACHABLE,
            f"the server or the session is read-only ({where}: {said}). If a failover is under way, the next attempt finds "
            "the primary; otherwise let the Secret's URL lead to the primary, and see default_transaction_read_only.",
        )
    if sqlstate == "42501":
        return refusal(
            reasons.PERMISSION_DENIED,
            f"the role of the Secret's URL may not do what was asked {where}: {said}. Grant it the right, or let the Secret "
            "name the role that owns the objects.",
        )
    if running is None and state.database is not None and not state.database.finished and not state.database.plan.steps:
        return refusal(reasons.CONFIGURATION_ERROR, f"{where} the server said: {said}. Correct env.py or the database.")
    if running is None and sqlstate == "3F000":
        return refusal(
            reasons.CONFIGURATION_ERROR,
            f"the version table cannot be created: {said}. Create the schema, or correct version_table_schema in env.py.",
        )
    remedy = _REMEDIES.get(sqlstate or "", "Correct the script and build the image again")
    return refusal(reasons.MIGRATION_FAILED, f"{where} the server said: {said} (SQLSTATE {sqlstate}). {remedy}.")


def _doing(state: State) -> str:
    running = state.running
    if running is not None:
        return f"in {running.step.direction.lower()}() of revision {running.step.revision}"
    if state.database is not None and state.database.plan.steps:
        return "before the first step or while the work was being committed"
    return f"while {state.env_py} prepared the session"


def _lock_timeout(where: str, state: State) -> str:
    statement = state.last_statement
    waited = f"{state.request.timeouts.lock:g} s" if state.request else "the lock timeout"
    blockers = statement.blockers if statement else None
    return (
        f"a lock was not to be had within {waited} (timeouts.lock) {where}; it is held by {blockers or 'a session unseen'}. The "
        "transaction was rolled back, so nobody waits behind it. It is tried again by itself; end the session that holds the "
        "lock if it should not, or allow a longer timeout."
    )


def _cancelled(where: str, said: str, state: State, revision: str | None) -> Refusal:
    limit = state.session.statement_timeout if state.session else 0.0
    if "statement timeout" in said or limit:
        return Refusal(
            reasons.STATEMENT_TIMEOUT,
            f"a statement took longer than {f'{limit:g} s' if limit else 'its timeout'} {where} and was ended "
            "(statement_timeout). Raise timeouts.statement (or the role's own statement_timeout), or split the work.",
            revision,
            "57014",
        )
    return Refusal(
        reasons.MIGRATION_FAILED,
        f"somebody cancelled the statement {where} (pg_cancel_backend: {said}). To try again, annotate the resource with "
        "dbmigrations.io/retry and a new value.",
        revision,
        "57014",
    )


def _migration_failure(error: BaseException, state: State) -> Refusal:
    running = state.running
    assert running is not None
    step = running.step
    if any(name.endswith("alembic/runtime/migration.py") for name, _, function in frames(error)[-4:] if "version" in function):
        return Refusal(
            reasons.DATABASE_BUSY,
            f"the version table was changed by somebody else while revision {step.revision} was being applied ({error}): an "
            "`alembic` command run by hand or by an application at its start. It is tried again by itself; let only one of "
            "them migrate.",
            step.revision,
        )
    if isinstance(error, AssertionError) and any(function == "autocommit_block" for _, _, function in frames(error)):
        return Refusal(
            reasons.CONFIGURATION_ERROR,
            f"revision {step.revision} uses autocommit_block(), and {state.env_py} had already begun a transaction when it "
            "called context.configure(), by executing a statement before it: commit before configure(), or execute it after.",
            step.revision,
        )
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    at = innermost(error)
    return Refusal(
        reasons.MIGRATION_FAILED,
        f"{step.direction.lower()}() of revision {step.revision} raised {text}{f' (at {at})' if at else ''}. Correct the script "
        "and build the image again"
        + (
            "; if this step cannot be taken back at all, choose a target that needs no such step."
            if not step.is_upgrade
            else "."
        ),
        step.revision,
    )


def _environment_failure(
    error: BaseException, causes: list[BaseException], sqlstate: str | None, state: State
) -> Refusal:
    env_py = str(state.env_py)
    place = within(error, env_py) or env_py
    inner = innermost(error)
    at = f"{place}, at {inner}" if inner and not inner.startswith(env_py) else place
    if isinstance(error, FileNotFoundError) and not os.path.exists(env_py):
        return Refusal(reasons.CONFIGURATION_ERROR, f"there is no {env_py}: script_location does not lead to the project.")
    if isinstance(error, SystemExit):
        return Refusal(
            reasons.CONFIGURATION_ERROR, f"{at} ended the interpreter (exit {error.code}). Its own output says why."
        )
    return Refusal(
        reasons.CONFIGURATION_ERROR, f"env.py failed ({at}): {_told(error)} {_remedy(error, causes)}", sqlstate=sqlstate
    )


def _told(error: BaseException) -> str:
    if _missing_variable(error):
        return f"it reads the environment variable {error.args[0]}, and that is not set."
    text = str(error).strip()
    return f"{type(error).__name__}: {text}." if text else f"{type(error).__name__}."


def _missing_variable(error: BaseException) -> bool:
    return isinstance(error, KeyError) and any(name.endswith(("/os.py", "<frozen os>")) for name, _, _ in frames(error)[-1:])


def _remedy(error: BaseException, causes: list[BaseException]) -> str:
    if _missing_variable(error):
        return "Name the variable that env.py reads in spec.database.variable, or set the other ones in the image."
    for cause in causes:
        if isinstance(cause, ModuleNotFoundError):
            if cause.name in ("asyncpg", "psycopg", "psycopg2", "pg8000", "psycopg_c", "psycopg_binary"):
                return f"The driver {cause.name} of the Secret's URL is not in the image: install it, or change the URL."
            return "Install it in the image; if it is the project's own, see prepend_sys_path and spec.alembic.workingDirectory."
        if type(cause).__name__ == "NoSuchModuleError":
            return "The scheme of the Secret's URL names a driver that the image's SQLAlchemy does not know: correct it."
        if isinstance(cause, ValueError) and "greenlet" in str(cause):
            return "Install SQLAlchemy with its extra: pip install 'SQLAlchemy[asyncio]'."
    return "Nothing was run; correct env.py, its settings or the URL in the Secret."


def _internal(error: BaseException) -> Refusal:
    return Refusal(
        reasons.INTERNAL_ERROR,
        f"the runner failed: {type(error).__name__}: {error} (at {frames(error)[-1][:2] if frames(error) else 'an unknown place'}"
        "). Please report this with the log of the Job.",
    )


def half_applied(state: State, refusal: Refusal) -> Refusal:
    """A step of which a part is committed is not simply to be tried again."""
    running = state.running
    if running is None or not running.half_applied:
        return refusal
    return Refusal(
        reasons.PARTIALLY_APPLIED,
        f"revision {running.step.revision} failed after a part of it was committed, outside a transaction: {known(running)}. "
        f"Take that back by hand, or finish it and stamp the revision, before it is tried again. The failure: {refusal.message}",
        running.step.revision,
        refusal.sqlstate,
    )
