"""A step of which a part is committed and the row is not: to run it again blindly could do that part twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration import reasons
from dbmigration.planning.place import chain
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.report.commits import is_last_answered
from dbmigration.session.sqlstate import context, find_sqlstate
from dbmigration.sql import script as sql

if TYPE_CHECKING:
    from dbmigration.course import Running
    from dbmigration.report.readback import Reading
    from dbmigration.state import State

# A block with a mistake in its grammar is not begun.
_UNREAD = ("42601",)


def half_step(state: State, refusal: Refusal, readings: list[Reading] | str) -> Refusal | None:
    """The refusal that says so, if there is such a step. Of rows that could not be read, only a COMMIT that has succeeded
    is known."""
    for number, database in enumerate(state.course.databases):
        rows = readings[number].rows if number < len(readings) and not isinstance(readings, str) else None
        known = database.committing if is_last_answered(database, state) else 0
        settled = database.begun[:known]
        for begun in (*database.torn, *database.begun):
            found = _told(begun, state, refusal, rows is not None)
            is_known = any(begun is one for one in settled)
            if found is not None and not (is_known if rows is None else _is_done(begun, rows, state)):
                return found
    return None


def _is_done(begun: Running, rows: tuple[str, ...], state: State) -> bool:
    """Whether the version table tells it."""
    assert state.task.graph is not None
    applied = state.task.graph.ancestors(row for row in rows if row in state.task.graph)
    return (begun.step.revision in applied) == begun.step.is_upgrade


def _told(begun: Running, state: State, refusal: Refusal, read: bool) -> Refusal | None:
    unknown = _open_question(state) if begun is state.course.running else None
    unknown = unknown or _listed(begun.doubtful) or None
    code = _code_that_commits(begun)
    if not begun.committed and unknown is None and code is None:
        return None
    known = f"committed: {_listed(begun.committed)}" if begun.committed else ""
    perhaps = f"committed or not, as the server's answer was lost: {unknown}" if unknown else ""
    by_itself = f"{code} may have committed a part by itself before it failed" if code else ""
    failed = "failed" if begun is state.course.running else "was taken back" if read else "may have been taken back"
    finish = "Finish" if read else "If it is not in the version table, finish"
    return Refusal(
        reasons.PARTIALLY_APPLIED,
        f"revision {begun.step.revision} {failed} after a part of it was run outside a transaction ("
        f"{'; '.join(filter(None, (known, perhaps, by_itself)))}). {finish} it by hand and stamp the revision; or take that "
        f"part back, where no row is lost by it; then {RETRY}. The failure: {refusal.message}",
        begun.step.revision,
        refusal.sqlstate,
    )


def _open_question(state: State) -> str | None:
    """What may have been committed by the statement itself. An index is not in doubt: it is valid, or named as invalid."""
    last = state.traffic.last
    if last is None or last.answered:
        return None
    script = sql.read(last.text)
    if script.concurrent or not (last.at_once or script.commits):
        return None
    return _listed(last.ends + script.effects) or None


def _code_that_commits(begun: Running) -> str | None:
    """A procedure or a block that ran outside a transaction, where it may use COMMIT, and failed within its own code."""
    last = begun.last
    if last is None or not (last.at_once and last.answered) or begun.error is None:
        return None
    causes = list(chain(begun.error))
    if find_sqlstate(causes) in _UNREAD or not context(causes):
        return None
    effects = sql.read(last.text).effects
    verb = effects[0].split(" ", 1)[0].lower() if len(effects) == 1 else ""
    # The text of a block has what it may end a transaction by, in whatever language.
    ends = verb == "call" or (verb == "do" and any(word in last.text.lower() for word in ("commit", "call")))
    return effects[0] if ends else None


def _listed(parts: list[str]) -> str:
    return "; ".join(parts[:3] + ([f"{len(parts) - 3} more"] if len(parts) > 3 else []))
