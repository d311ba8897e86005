"""What it means that all steps ran without an error, and the rows are not those that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration import reasons
from dbmigration.refusal import Refusal
from dbmigration.report import plans
from dbmigration.report.revisions import names
from dbmigration.report.rolled_back import why_not_committed

if TYPE_CHECKING:
    from dbmigration.course import Database
    from dbmigration.report.readback import Reading
    from dbmigration.state import State


def missing_commit(state: State, pairs: list[tuple[Database, Reading]]) -> Refusal:
    known = _undecided(state) or next(filter(None, (why_not_committed(d, state.task.env_py) for d, _ in pairs)), None)
    if all(r.rows == d.first.before and not any(step.committed for step in (*d.begun, *d.torn)) for d, r in pairs):
        steps = sum(len(made.steps) for made in plans.of(state))
        return Refusal(
            reasons.NOT_COMMITTED,
            f"{'the step' if steps == 1 else f'all {steps} steps'} ran without an error, and nothing was committed: "
            + (known or _begun_before(state)),
        )
    expected = "; ".join(f"{state.course.name_of(d)} at {names(d.plan.after)}" for d, _ in pairs if d.plan)
    return Refusal(
        reasons.PARTIALLY_APPLIED,
        f"all steps ran without an error, and what was expected is not there ({expected}): "
        + (
            known
            or "a script ended the transaction by itself, as op.get_bind().commit() does, or "
            f"{state.task.env_py} committed a part only, or somebody else migrates the same database."
        )
        + " Compare the schema with the rows before the next attempt.",
    )


def _undecided(state: State) -> str | None:
    if state.course.undecided is None:
        return None
    return f"{state.task.env_py} prepared the commit (in two phases) and ended without it."


def _begun_before(state: State) -> str:
    return (
        f"{state.task.env_py} began a transaction that it does not commit, usually by executing a statement (SET, SELECT …) on "
        "the connection before context.configure(), or by no `with context.begin_transaction():` around "
        "context.run_migrations(). Commit before configure(), or execute the statement after it, or write that line, and build "
        "the image again."
    )
