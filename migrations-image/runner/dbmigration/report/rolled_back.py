"""What it means that somebody rolled back the transaction in which the steps are applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.place import chain
from dbmigration.reasons import MIGRATION_FAILED
from dbmigration.refusal import Refusal
from dbmigration.session.sqlstate import primary_message

if TYPE_CHECKING:
    from dbmigration.course import Course, Database, Rollback, Running

_MOST = 3
# What only looks at the database, unless it calls a function that does more.
_LOOKING = frozenset(("select", "values", "table", "show", "explain", "fetch", "declare"))
_REMEDY = (
    "To go on after what may fail, let the script put that part into `with op.get_bind().begin_nested():`, which takes back "
    "that part alone, and build the image again"
)


def refuse(running: Running, database: Database) -> None:
    """Before the row of the step is written: Alembic would write it, and commit it or not, without what is gone."""
    for rollback in _of(running, database):
        if rollback.undone or any(map(_writes, rollback.lost)):
            raise Refusal(MIGRATION_FAILED, f"{_told(rollback)}. {_REMEDY}.", running.step.revision)
        if rollback.lost:
            database.advice.append(f"{_told(rollback)}. {_REMEDY}.")


def with_cause(refusal: Refusal, course: Course) -> Refusal:
    """The failure of a script that had done so before: what is not there any more may be why."""
    running, database = course.running, course.at
    if running is None or database is None or running.error is None or isinstance(running.error, Refusal):
        return refusal
    for rollback in _of(running, database):
        text = f"{refusal.message} Before that, {_told(rollback)}. {_REMEDY}."
        return Refusal(refusal.reason, text, refusal.revision, refusal.sqlstate)
    return refusal


def why_not_committed(database: Database, env_py: str | None) -> str | None:
    """Of steps that ran without an error; None if nobody rolled anything back."""
    if not database.rollbacks:
        return None
    rollback = database.rollbacks[-1]
    if rollback.step is not None:
        return f"{_told(rollback)}; what came behind it was in another transaction, which nobody commits. {_REMEDY}."
    return (
        f"{rollback.place or env_py} rolled back the transaction in which they ran, as a dry run does. To see what would be "
        "run, let spec.mode be Plan; otherwise take away what makes env.py do so (spec.alembic.arguments, a variable), or the "
        "rollback itself, and build the image again."
    )


def _of(running: Running, database: Database) -> list[Rollback]:
    return [one for one in database.rollbacks if one.step is running]


def _told(rollback: Rollback) -> str:
    assert rollback.step is not None
    step, undone = rollback.step.step, [one.step.revision for one in rollback.undone]
    where = f"at {rollback.place}, " if rollback.place else ""
    lost = [_listed(rollback.lost)] if rollback.lost else []
    lost += [f"the steps before it ({_listed(undone)})"] if undone else []
    gone = f". What was done in it is gone: {', and '.join(lost)}" if lost else ""
    said = f", after the server had said: {primary_message(list(chain(rollback.error)))}" if rollback.error is not None else ""
    return (
        f"{step.direction.lower()}() of revision {step.revision} rolled back the transaction that Alembic had begun ({where}by "
        f"rollback() of a Session or connection, or by ROLLBACK{said}){gone}"
    )


def _listed(parts: list[str]) -> str:
    return ", ".join(parts[:_MOST]) + (f" and {len(parts) - _MOST} more" if len(parts) > _MOST else "")


def _writes(head: str) -> bool:
    return head.split(" ", 1)[0].lower() not in _LOOKING
