"""What an error of the database means, by its SQLSTATE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbmigration import reasons
from dbmigration.planning.database_url import readable
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.report import aborted, already_there, extensions, libpq_variables, session_limit, statement_remedy
from dbmigration.session.sqlstate import ABORTED, is_of_the_driver, primary_message
from dbmigration.sql.script import head
from dbmigration.state import State

if TYPE_CHECKING:
    from dbmigration.planning.own_database import OwnDatabase

_LOST = ("08", "57P01", "57P02", "57P03")
_CONFLICT = ("40001", "40P01")
# A prepared statement that is there already, or is not there: another client's connection to the server.
_POOLER = ("42P05", "26000")
# PgBouncer's own words, when it refuses a transaction.
_POOLING = "statement pooling mode"
# Of psycopg itself, in no language but its own; what follows is libpq's.
_BROKEN_OFF = ("consuming input failed", "flushing failed", "sending query failed")


def comes_of_the_database(causes: list[BaseException], sqlstate: str | None, state: State) -> bool:
    if state.course.session is None:
        # Then env.py asked for something by itself, and only these are not its own fault.
        told = sqlstate is not None and sqlstate.startswith((*_LOST, *_CONFLICT, *_POOLER, *_TOLD))
        return told or _is_lost(causes)
    dbapi: Any = state.course.session.engine.dialect.dbapi
    return sqlstate is not None or state.course.session.lost or any(isinstance(cause, dbapi.Error) for cause in causes)


def _is_lost(causes: list[BaseException]) -> bool:
    """Whether SQLAlchemy knows the connection to be lost, from the driver's own words where there is no SQLSTATE; or psycopg
    says so, whose connection does not know it yet."""
    return any(
        getattr(cause, "connection_invalidated", False) or (_is_libpqs_own(cause) and str(cause).startswith(_BROKEN_OFF))
        for cause in causes
    )


def _is_libpqs_own(cause: BaseException) -> bool:
    """Of a session that there was. What the server says has an SQLSTATE; "connection socket closed", say, has none, and comes
    before the connection itself knows that it is closed."""
    module, name = type(cause).__module__.split(".")[0], type(cause).__name__
    return module in ("psycopg", "psycopg2") and name == "OperationalError"


def database_failure(causes: list[BaseException], sqlstate: str | None, state: State) -> Refusal:
    reason, text = _told(causes, sqlstate or "", state)
    return Refusal(reason, text, state.course.running.step.revision if state.course.running else None, sqlstate)


def _told(causes: list[BaseException], sqlstate: str, state: State) -> tuple[str, str]:
    where, said = _doing(state), primary_message(causes)
    limit = session_limit.ended_by(causes, sqlstate)
    if limit is not None:
        is_of_a_script = state.course.running is not None or _has_steps(state)
        reason = reasons.MIGRATION_FAILED if is_of_a_script else reasons.CONFIGURATION_ERROR
        return reason, session_limit.told(where, said, limit, state)
    if sqlstate in _POOLER or _POOLING in said:
        return (
            reasons.POOLER_DETECTED,
            f"between env.py and the database stands a connection pooler such as PgBouncer: {said}. Locks, settings and "
            "prepared statements of a session do not hold there. Let the database's URL lead to PostgreSQL itself, and "
            f"{RETRY}.",
        )
    session = state.course.session
    silent = not sqlstate and session is not None and (session.lost or any(map(_is_libpqs_own, causes)))
    if sqlstate.startswith(_LOST) or _is_lost(causes) or silent:
        between = "look at what lies between" + (
            "" if state.course.session else " (a pooler such as PgBouncer in statement mode?)"
        )
        return (
            reasons.CONNECTION_LOST,
            f"the connection to the database was lost {where} ({said}). The server has rolled back what was not committed. "
            f"If it happens again, the server's log says why it ended the session, or else {between}."
            + session_limit.doubt(state),
        )
    if sqlstate in _CONFLICT:
        return (
            reasons.LOCK_TIMEOUT,
            f"the server ended the transaction {where} in favour of another one ({said}). If it happens again, "
            "migrate when less is going on.",
        )
    tell = _TOLD.get(sqlstate)
    return tell(where, said, state) if tell else _other(where, said, sqlstate, causes, state)


def _lock_timeout(where: str, _said: str, state: State) -> tuple[str, str]:
    statement = state.traffic.last
    limit = state.task.request.timeouts.lock if state.task.request else 0.0
    holder = (statement.blockers if statement else None) or "a session that could not be seen in that time"
    if statement is not None and statement.is_held_by_this_run:
        return (
            reasons.MIGRATION_FAILED,
            f"a lock was not to be had {where}: another connection of this very run holds it ({holder}), which the script or "
            "env.py has opened and not committed. Commit or close it before, or do on Alembic's connection what is done there "
            "(op.execute(), op.get_bind()), and build the image again.",
        )
    # It has no end if it was sent past SQLAlchemy.
    if statement is not None and 0 < statement.ended - statement.started < limit:
        within, remedy = (
            "as long as the script itself waits for it (NOWAIT, or a lock_timeout of its own)",
            "let the script wait",
        )
    else:
        within, remedy = f"within {limit:g} s (timeouts.lock)", "allow a longer timeout"
    if statement is not None and statement.undecided:
        from dbmigration.session.prepared_transactions import DECISION

        end = f"{DECISION[0].upper()}{DECISION[1:]}."
    else:
        end = f"End the session that holds the lock if it should not, or {remedy}."
    return (
        reasons.LOCK_TIMEOUT,
        f"a lock was not to be had {within} {where}; it is held by {holder}. The transaction was rolled back, so nobody waits "
        f"behind it. {end}",
    )


def _cancellation(where: str, said: str, state: State) -> tuple[str, str]:
    limit = state.course.session.statement_timeout if state.course.session else 0.0
    statement = state.traffic.last
    took = statement.ended - statement.started if statement else 0.0
    if "statement timeout" in said and statement is not None and 0 < took < (0.95 * limit or took + 1):
        return (
            reasons.STATEMENT_TIMEOUT,
            f"a statement was ended {where} by a statement_timeout that is not the resource's: the script "
            "or env.py sets one by itself. Raise that there, or split the work.",
        )
    # The text is the server's, in the server's language.
    if "statement timeout" in said or (limit and took >= limit):
        return (
            reasons.STATEMENT_TIMEOUT,
            f"a statement took longer than {f'{limit:g} s' if limit else 'its timeout'} {where} and was ended "
            "(statement_timeout). Raise timeouts.statement (or the role's own statement_timeout), or split the work.",
        )
    return (
        reasons.MIGRATION_FAILED,
        f"somebody cancelled the statement {where} (pg_cancel_backend: {said}). To try again, {RETRY}.",
    )


def _read_only(where: str, said: str, state: State) -> tuple[str, str]:
    return (
        reasons.DATABASE_UNREACHABLE,
        f"the server or the session is read-only ({where}: {said}). "
        + (
            _of_the_environment("transaction_read_only", state)
            or "If a failover is under way, the next attempt finds the primary; otherwise let the database's URL lead to the "
            "primary, and see default_transaction_read_only."
        ),
    )


def _denial(where: str, said: str, state: State) -> tuple[str, str]:
    if extensions.is_made_by(state.traffic.last):
        denied = f"{_role(state)} may not make that extension {where}: {said}. {extensions.BY_A_SUPERUSER}"
        return reasons.PERMISSION_DENIED, f"{denied}; then {RETRY}."
    right = "Grant it the right (that to a schema by GRANT USAGE, CREATE ON SCHEMA … TO …)"
    if "row-level security" in said:
        right = "Let a policy of that table allow it (CREATE POLICY … TO … USING … WITH CHECK …)"
    return (
        reasons.PERMISSION_DENIED,
        f"{_role(state)} may not do what was asked {where}: {said}. {right}, or let the Secret name the role that owns the "
        f"objects; then {RETRY}.",
    )


def _no_schema(where: str, said: str, state: State) -> tuple[str, str]:
    if state.course.running is not None:
        return _other(where, said, "3F000", [], state)
    failed = state.traffic.last.text if state.traffic.last is not None else ""
    told = f"the version table cannot be created: {said}."
    if "." in failed.partition("(")[0]:
        correct = "correct version_table_schema in env.py"
        return reasons.CONFIGURATION_ERROR, f"{told} Create the schema and {RETRY}, or {correct}."
    told_by_libpq = _of_the_environment("search_path", state)
    variable = _sets_search_path(state.task.own)
    if variable is None and told_by_libpq:
        return reasons.CONFIGURATION_ERROR, f"{told} No schema of the search path is there. {told_by_libpq}"
    if variable is not None:
        told += f" No schema of the search path is there, which the options of the URL of {variable} set: correct them"
        return reasons.CONFIGURATION_ERROR, f"{told}, or create the schema, and {RETRY}."
    return (
        reasons.CONFIGURATION_ERROR,
        f"{told} No schema of the search path is there: create one and {RETRY}, or correct the path where it is set (env.py, "
        "its connect_args, ALTER ROLE or ALTER DATABASE … SET search_path), or let version_table_schema in env.py name a "
        "schema.",
    )


def _of_the_environment(setting: str, state: State) -> str:
    driver = str(state.course.session.engine.dialect.driver) if state.course.session is not None else ""
    variable = libpq_variables.setting(setting, driver)
    return libpq_variables.correction(variable) if variable is not None else ""


def _sets_search_path(own: OwnDatabase | None) -> str | None:
    """The variable of a URL that does."""
    for variable, text in own.urls.items() if own is not None else ():
        url = readable(text)
        if url is not None and "search_path" in str(url.query.get("options")):
            return variable
    return None


def _other(where: str, said: str, sqlstate: str, causes: list[BaseException], state: State) -> tuple[str, str]:
    if state.course.running is None and not _has_steps(state):
        return reasons.CONFIGURATION_ERROR, f"{where} the server said: {said}. Correct env.py, or the database and {RETRY}."
    code = f" (SQLSTATE {sqlstate})" if sqlstate else ""
    if sqlstate in already_there.SQLSTATES and state.course.running is not None:
        # What to do about it depends on what is there, which is read later.
        return reasons.MIGRATION_FAILED, f"{where} the server said: {said}{code}."
    if sqlstate == ABORTED:
        return reasons.MIGRATION_FAILED, aborted.told(where, said, state)
    who = "the driver" if is_of_the_driver(causes, sqlstate) else "the server"
    remedy = statement_remedy.remedy(causes, said, sqlstate, state)
    return reasons.MIGRATION_FAILED, f"{where} {who} said: {said}{code}. {remedy}."


_TOLD = {"55P03": _lock_timeout, "57014": _cancellation, "25006": _read_only, "42501": _denial, "3F000": _no_schema}


def _role(state: State) -> str:
    return f"role {state.course.session.user}" if state.course.session else "the role of the database's URL"


def _has_steps(state: State) -> bool:
    return any(database.plan is not None and database.plan.steps for database in state.course.databases)


def _doing(state: State) -> str:
    running = state.course.running
    if running is not None:
        return f"in {running.step.direction.lower()}() of revision {running.step.revision}{state.course.turn}"
    failed = state.traffic.last
    if failed is not None and failed.ended and (failed.is_ours or _has_steps(state)):
        return f"in `{head(failed.text)}`"
    if _has_steps(state):
        return "while the work was being committed"
    if state.course.configured and not state.course.databases:
        return "while the version table was being looked for"
    return f"while {state.task.env_py} prepared the session"
