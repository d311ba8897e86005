"""What an exception means. SQLSTATE and type decide, as far as a driver gives them; texts only where it does not."""

from __future__ import annotations

from dbmigration import reasons
from dbmigration.planning import absent, container
from dbmigration.planning.place import chain, frames, innermost, is_own
from dbmigration.refusal import Refusal
from dbmigration.report import besides, env_py_beside, own_connection, own_limit, own_question, scripts_connection, unfinished
from dbmigration.report.application_failure import application_failure
from dbmigration.report.asynchrony import mismatch
from dbmigration.report.connection_failure import connect_failure
from dbmigration.report.database_failure import comes_of_the_database, database_failure
from dbmigration.report.environment_failure import environment_failure
from dbmigration.session.sqlstate import find_sqlstate
from dbmigration.state import State


def classify(error: BaseException, state: State) -> Refusal:
    """The one refusal that says best why the run ended with this exception."""
    if state.stop.refusal is not None:
        return state.stop.refusal
    causes = list(chain(error))
    for cause in causes:
        if isinstance(cause, Refusal):
            return cause
    running = state.course.running
    hidden = (running.error if running is not None else None) or state.traffic.error
    if hidden is not None and running is not None and hidden not in causes and not _is_of_a_step(causes):
        return _caught(hidden, error, state)
    sqlstate = find_sqlstate(causes)
    if mismatch(causes, state) is not None:
        # The driver was never asked to connect, or to do anything else.
        return _project_failure(error, causes, sqlstate, state)
    asked = (
        own_limit.refusal(error, causes, state)
        or scripts_connection.refusal(causes, sqlstate, state)
        or own_question.refusal(error, causes, state)
    )
    if asked is not None:
        return asked
    if own_connection.is_before_the_driver(causes):
        return _project_failure(error, causes, sqlstate, state)
    if state.course.connecting is not None or (state.course.session is None and _is_of_connecting(causes, sqlstate)):
        return connect_failure(error, causes, sqlstate, state)
    if comes_of_the_database(causes, sqlstate, state):
        return database_failure(causes, sqlstate, state)
    return _project_failure(error, causes, sqlstate, state)


def _caught(hidden: BaseException, error: BaseException, state: State) -> Refusal:
    """env.py caught what happened, and raised something of its own."""
    told = classify(hidden, state)
    if state.stop.refusal is not None:
        return told
    return Refusal(told.reason, f"{told.message} {besides.after_a_failure(error, state)}", told.revision, told.sqlstate)


def _is_of_connecting(causes: list[BaseException], sqlstate: str | None) -> bool:
    return (sqlstate or "").startswith(("28", "3D")) or own_connection.failed(causes, sqlstate)


def _project_failure(error: BaseException, causes: list[BaseException], sqlstate: str | None, state: State) -> Refusal:
    if state.task.application is not None:
        return application_failure(error, causes, state, state.task.application)
    if is_own(error):
        return _internal(error)
    if state.course.running is not None and _is_of_a_step(causes):
        return _migration_failure(error, causes, state)
    left = unfinished.caught(state)
    if left is not None and left.failure is not None and left.failure not in causes:
        unfinished.turn_back(state, left)
        return _caught(left.failure, error, state)
    if state.task.env_py is not None:
        return environment_failure(error, causes, sqlstate, state)
    return _internal(error)


def _is_of_a_step(causes: list[BaseException]) -> bool:
    return any(function == "run_migrations" for cause in causes for _, _, function in frames(cause))


def _migration_failure(error: BaseException, causes: list[BaseException], state: State) -> Refusal:
    running = state.course.running
    assert running is not None
    step = running.step
    if any(name.endswith("alembic/runtime/migration.py") for name, _, function in frames(error)[-4:] if "version" in function):
        return Refusal(
            reasons.DATABASE_BUSY,
            f"the version table was changed by somebody else while revision {step.revision} was being applied ({error}): an "
            "`alembic` command run by hand or by an application at its start. Let only one of them migrate; or, if the script "
            "itself writes to the version table, or ends the transaction by the driver's connection, take that out of it.",
            step.revision,
        )
    if isinstance(error, AssertionError) and any(function == "autocommit_block" for _, _, function in frames(error)):
        return Refusal(
            reasons.CONFIGURATION_ERROR,
            f"revision {step.revision} uses autocommit_block(), and {state.task.env_py} had already begun a transaction when "
            "it called context.configure(), by executing a statement before it: commit before configure(), or execute it "
            "after.",
            step.revision,
        )
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    hook = env_py_beside.hook_of(causes, state)
    if hook is not None:
        return Refusal(
            reasons.MIGRATION_FAILED,
            f"what env.py has called beside revision {step.revision}{state.course.turn} raised {text} ({hook}). That is a "
            "hook, such as on_version_apply, or an event of SQLAlchemy's, and not the script: correct env.py, and build the "
            "image again.",
            step.revision,
        )
    at = innermost(error)
    where = f"{step.direction.lower()}() of revision {step.revision}{state.course.turn}"
    kind = mismatch(causes, state)
    raised = f"{where} raised {text}{f' (at {at})' if at else ''}."
    no_fault_of_its = (container.remedy(causes) or absent.remedy(causes)) if kind is None else None
    if no_fault_of_its is not None:
        return Refusal(reasons.MIGRATION_FAILED, f"{raised} {no_fault_of_its}", step.revision)
    known = kind.remedy(state) if kind is not None else ""
    return Refusal(
        reasons.MIGRATION_FAILED,
        f"{raised} {known} ".rstrip()
        + " Correct the script and build the image again"
        + (
            "; if this step cannot be taken back at all, choose a target that needs no such step."
            if not step.is_upgrade
            else "."
        ),
        step.revision,
    )


def _internal(error: BaseException) -> Refusal:
    file, line, _ = frames(error)[-1] if frames(error) else ("an unknown place", 0, "")
    return Refusal(
        reasons.INTERNAL_ERROR,
        f"the runner failed: {type(error).__name__}: {error} (at {file}:{line}). Please report this with the log of the Job.",
    )
