"""What a run came to: its own story against what the database holds. The database is right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dbmigration import reasons
from dbmigration.indexes import invalid_indexes
from dbmigration.planning.claims import Claimed
from dbmigration.refusal import Refusal
from dbmigration.report import already_there, early_writes, plans, rolled_back
from dbmigration.report.besides import begun_anew
from dbmigration.report.half_step import half_step
from dbmigration.report.missing_commit import missing_commit
from dbmigration.report.outcome import Outcome
from dbmigration.report.revisions import names
from dbmigration.report.rows_left import rows_left
from dbmigration.session.fence import Superseded

if TYPE_CHECKING:
    from dbmigration.course import Database
    from dbmigration.report.readback import Reading
    from dbmigration.state import State

_MOST_PLACES = 5
_ENDED_EARLY = (reasons.CONNECTION_LOST, reasons.INTERRUPTED, reasons.DEADLINE_EXCEEDED)


def judge(state: State, refusal: Refusal | None, readings: list[Reading] | str) -> Outcome:
    read = readings if isinstance(readings, list) and readings else []
    after = _common(reading.rows for reading in read)
    before = _common(database.first.before for database in state.course.databases)
    besides: list[str] = []
    if refusal is not None:
        found = next((r.tables for d, r in zip(state.course.databases, read) if d is state.course.at), ())
        refusal = rolled_back.with_cause(already_there.with_remedy(refusal, state.course, found), state.course)
    refusal = _verdict(state, refusal, readings) or _difference(state, read)
    target, graph = state.task.target, state.task.graph
    held = _common(target.held_by(reading.rows, graph) for reading in read) if target and graph else None
    if refusal is None:
        besides = [*begun_anew(state.course), *filter(None, [state.course.failed_afterwards])]
        besides += early_writes.warnings(state.course, state.task.request is not None and state.task.request.runs_nothing)
        reason, message = reasons.AT_TARGET, ". ".join(filter(None, (_arrival(state), *besides, _drop_note(state))))
    else:
        said = early_writes.of_steps(refusal.message, state.course), early_writes.note(state.course)
        reason, message = refusal.reason, " ".join(filter(None, (*said, _left(state, read), _drop_note(state))))
    return Outcome(
        reason=reason,
        message=message,
        before=before,
        after=after,
        target=target.revisions if target else None,
        left=rows_left(state, read),
        held=held,
        exclusive=target.is_exclusive(graph) if target and graph else None,
        newest=_newest(refusal),
        claim=_claim(refusal),
        plan=plans.summary(state),
        applied=_steps_done(state, read),
        revision=refusal.revision if refusal else None,
        sqlstate=refusal.sqlstate if refusal else None,
        alembic=state.task.alembic,
        serverVersion=state.course.server_version,
        warnings=besides,
        database=_place(state),
        versionTable=_common(str(database.table) for database in state.course.databases),
        versionTables=_tables(state),
    )


def _claim(refusal: Refusal | None) -> dict[str, object] | None:
    if not isinstance(refusal, Claimed):
        return None
    return {"uid": refusal.claim.uid, "name": refusal.claim.name, "target": list(refusal.claim.target)}


def _newest(refusal: Refusal | None) -> dict[str, object] | None:
    return {"uid": refusal.newest.uid, "attempt": refusal.newest.attempt} if isinstance(refusal, Superseded) else None


def _verdict(state: State, refusal: Refusal | None, readings: list[Reading] | str) -> Refusal | None:
    if isinstance(readings, str):
        if refusal is not None:
            return half_step(state, refusal, readings) or refusal
        return Refusal(
            reasons.DATABASE_UNREACHABLE,
            f"the migration ran to its end, and the version table could not be read afterwards ({readings}), so whether it was "
            "committed is not known. If it was, the next attempt finds that and does nothing.",
        )
    pairs = list(zip(state.course.databases, readings))
    arrived = bool(pairs) and all(d.plan and r.rows == d.plan.after and d.finished for d, r in pairs)
    if refusal is not None and arrived and (refusal.reason in _ENDED_EARLY or state.course.failed_afterwards):
        # It was too late: the answer to COMMIT was lost or no longer waited for, not the commit. Or it was no part of it.
        refusal = None
    if refusal is not None and refusal.reason != reasons.INVALID_INDEX:
        refusal = half_step(state, refusal, readings) or refusal
    for database, reading in pairs:
        refusal = _invalid_index(state, database, reading, refusal) or refusal
    if refusal is None and not arrived:
        uncommitted = missing_commit(state, pairs)
        return half_step(state, uncommitted, readings) or uncommitted
    if refusal is None:
        return None
    other = next((r for d, r in pairs if r.rows != d.first.before and r.rows not in d.committed), None)
    if refusal.reason == reasons.MIGRATION_FAILED and other is not None:
        return Refusal(
            reasons.DATABASE_BUSY,
            f"somebody else migrated meanwhile, an `alembic` command run by hand or by an application at its start: let only "
            f"one of them migrate. What this run did was taken back. The failure: {refusal.message}",
            refusal.revision,
            refusal.sqlstate,
        )
    if refusal.reason == reasons.MIGRATION_FAILED and any(r.rows != d.first.before for d, r in pairs):
        return Refusal(
            reasons.PARTIALLY_APPLIED,
            f"some of the steps are applied, and {'one failed' if len(pairs) > 1 else 'then'}: {refusal.message}",
            refusal.revision,
            refusal.sqlstate,
        )
    return refusal


def _invalid_index(state: State, database: Database, reading: Reading, refusal: Refusal | None) -> Refusal | None:
    new = sorted((i for i in reading.invalid if i not in database.invalid_before), key=lambda i: i in reading.own)
    found = new[0] if new else None
    if found is None and reading.invalid and state.task.graph is not None:
        applied = state.task.graph.ancestors(row for row in reading.rows if row in state.task.graph)
        if refusal is not None:
            # Of a failure only the step that failed can be the cause.
            applied = {refusal.revision} if refusal.revision else set()
        found = invalid_indexes.named_by(reading.invalid, (state.task.scripts[r] for r in applied if r in state.task.scripts))
    if found is None or (refusal is not None and refusal.reason == reasons.INVALID_INDEX):
        return None
    own = found in reading.own
    if refusal is None:
        return Refusal(reasons.INVALID_INDEX, f"{found.remedy(own)}.")
    if own and refusal.reason != reasons.MIGRATION_FAILED:
        # It is in nobody's way, so the cause stays the reason, and with it whether the operator tries again.
        return Refusal(
            refusal.reason,
            f"{refusal.message} Index {found}, which it left invalid, is dropped by the next attempt.",
            refusal.revision,
            refusal.sqlstate,
        )
    half = refusal.reason == reasons.PARTIALLY_APPLIED
    return Refusal(
        refusal.reason if half else reasons.INVALID_INDEX,
        f"{refusal.message} Besides, {found.remedy(own)}." if half else f"{found.remedy(own)}. This came of: {refusal.message}",
        refusal.revision,
        refusal.sqlstate,
    )


def _difference(state: State, read: list[Reading]) -> Refusal | None:
    """The target holds in all of them, and beside it they say different things: no one list of rows would be true."""
    if len({reading.rows for reading in read}) < 2:
        return None
    groups = _groups(
        (names(reading.rows), state.course.name_of(database)) for database, reading in zip(state.course.databases, read)
    )
    said = [f"{places} at {rows}" for rows, places in groups.items()]
    more = f"; and {len(said) - _MOST_PLACES} other sets of rows" if len(said) > _MOST_PLACES else ""
    return Refusal(
        reasons.VERSION_TABLES_DIFFER,
        f"the target holds in all {len(read)} version tables, but in lines that it does not name they differ: "
        f"{'; '.join(said[:_MOST_PLACES])}{more}. Let the target name these lines as well (heads, or a revision of each), or "
        "let a resource of its own migrate each version table.",
    )


def _arrival(state: State) -> str:
    made = plans.of(state)
    at = f"the database is at {names(made[0].after)}"
    tables = f" in all {len(state.course.databases)} version tables" if len(state.course.databases) > 1 else ""
    ups = sum(step.is_upgrade for one in made for step in one.steps)
    downs = sum(not step.is_upgrade for one in made for step in one.steps)
    if not ups and not downs:
        done = "no step had to be run" if early_writes.of_interest(state.course) else "nothing had to be done"
        return f"{at} already{tables}, {done}"
    way = " and ".join(f"{n} {'step' if n == 1 else 'steps'} {name}" for n, name in ((downs, "down"), (ups, "up")) if n)
    return f"{at}{tables}: {way} from {_origin(state)}"


def _origin(state: State) -> str:
    groups = _groups((names(database.first.before), state.course.name_of(database)) for database in state.course.databases)
    if len(groups) == 1:
        return next(iter(groups))
    return "; ".join(f"{rows} ({places})" for rows, places in groups.items())


def _groups(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The version tables of which the same is to be said, in their order; of many tenants the first stand for the rest."""
    groups: dict[str, list[str]] = {}
    for said, place in pairs:
        groups.setdefault(said, []).append(place)
    return {
        said: ", ".join(places[:_MOST_PLACES])
        + (f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else "")
        for said, places in groups.items()
    }


def _left(state: State, read: list[Reading]) -> str:
    """In what state the database was left."""
    if state.course.has_other_processes:
        return "It had started processes, of which the runner sees nothing: what they did stands."
    if not state.course.databases and state.course.early:
        return ""
    if state.course.session is None:
        return "The database was not touched."
    if not state.course.databases:
        return "Nothing was changed in the database."
    if not read:
        return "What the database holds now could not be read."
    if all(r.rows == d.first.before for d, r in zip(state.course.databases, read)):
        rows = "; ".join(sorted({names(reading.rows) for reading in read}))
        return f"The version table says what it said before: {rows}."
    if len(read) == 1:
        return f"The version table was at {names(state.course.databases[0].first.before)} and is now at {names(read[0].rows)}."
    groups = _groups(
        (
            f"still at {names(r.rows)}"
            if r.rows == d.first.before
            else f"was at {names(d.first.before)} and is now at {names(r.rows)}",
            state.course.name_of(d),
        )
        for d, r in zip(state.course.databases, read)
    )
    return "The version tables: " + "; ".join(f"{places} {said}" for said, places in groups.items()) + "."


def _drop_note(state: State) -> str:
    dropped = state.course.dropped
    if not dropped:
        return ""
    what = f"index {dropped[0]} was" if len(dropped) == 1 else f"indexes {', '.join(dropped)} were"
    return f"Before that, {what} dropped: an earlier attempt had left it invalid."


def _steps_done(state: State, read: list[Reading]) -> int | None:
    """How many steps of the plan the rows show to be done."""
    graph = state.task.graph
    if graph is None or not read or any(row not in graph for reading in read for row in reading.rows):
        return None
    count = 0
    for database, reading in zip(state.course.databases, read):
        there = graph.ancestors(reading.rows)
        steps = database.first.plan.steps if database.first.plan else ()
        count += sum((step.revision in there) == step.is_upgrade for step in steps)
    return count


def _common(said: Iterable[Any]) -> Any:
    """What all the version tables say, if they say the same."""
    distinct = set(said)
    return distinct.pop() if len(distinct) == 1 else None


def _tables(state: State) -> dict[str, object] | None:
    """All that were come to. Their names are no help where they lie in several databases: who reads them has one URL."""
    names = sorted({str(database.table) for database in state.course.databases})
    return {"count": len(names), "names": names if _place(state) else None} if names else None


def _place(state: State) -> dict[str, str | None] | None:
    """Which database was migrated; None where that were several."""
    databases = state.course.databases
    if len({(database.place, database.session.database) for database in databases}) != 1:
        return None
    return {"name": databases[-1].session.database, "system": databases[-1].system}
