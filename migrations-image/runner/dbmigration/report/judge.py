"""What a run came to: its own story against what the database holds. The database is right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dbmigration import reasons
from dbmigration.refusal import Refusal
from dbmigration.report import plans
from dbmigration.report.outcome import Outcome
from dbmigration.report.revisions import grouped, names
from dbmigration.report.rows_left import rows_left
from dbmigration.session.fence import Superseded

if TYPE_CHECKING:
    from dbmigration.course import Database
    from dbmigration.report.readback import Reading
    from dbmigration.state import State


def judge(state: State, refusal: Refusal | None, readings: list[Reading] | str) -> Outcome:
    read = readings if isinstance(readings, list) and readings else []
    after = _common(reading.rows for reading in read)
    before = _common(database.first.before for database in state.course.databases)
    besides: list[str] = []
    if refusal is not None or not _is_plain(state, read):
        # Most runs have nothing of this to tell.
        from dbmigration.report import verdict

        refusal = verdict.of(state, refusal, readings)
    target, graph = state.task.target, state.task.graph
    held = _common(target.held_by(reading.rows, graph) for reading in read) if target and graph else None
    if refusal is None:
        besides = [*_begun_anew(state), *filter(None, [state.course.failed_afterwards])]
        besides += _early(state)
        reason, message = reasons.AT_TARGET, ". ".join(filter(None, (_arrival(state), *besides, _drop_note(state))))
    else:
        from dbmigration.report import early_writes, left

        said = early_writes.of_steps(refusal.message, state.course), early_writes.note(state.course)
        reason, message = refusal.reason, " ".join(filter(None, (*said, left.told(state, read), _drop_note(state))))
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


def _is_plain(state: State, read: list[Reading]) -> bool:
    """Every plan is through, the rows say so and agree, and nothing that is invalid is there."""
    pairs = list(zip(state.course.databases, read))
    arrived = bool(pairs) and all(database.has_arrived(reading.rows) and not reading.invalid for database, reading in pairs)
    return arrived and len({reading.rows for reading in read}) == 1


def _begun_anew(state: State) -> list[str]:
    if not any(database.former for database in state.course.databases):
        return []
    from dbmigration.report.besides import begun_anew

    return list(begun_anew(state.course))


def _early(state: State) -> list[str]:
    if not state.course.early_of_interest:
        return []
    from dbmigration.report import early_writes

    return early_writes.warnings(state.course, state.task.request is not None and state.task.request.runs_nothing)


def _claim(refusal: Refusal | None) -> dict[str, object] | None:
    if refusal is None:
        return None
    from dbmigration.planning.claims import Claimed

    if not isinstance(refusal, Claimed):
        return None
    return {"uid": refusal.claim.uid, "name": refusal.claim.name, "target": list(refusal.claim.target)}


def _newest(refusal: Refusal | None) -> dict[str, object] | None:
    return {"uid": refusal.newest.uid, "attempt": refusal.newest.attempt} if isinstance(refusal, Superseded) else None


def _arrival(state: State) -> str:
    made = plans.of(state)
    at = f"the database is at {names(made[0].after)}"
    tables = f" in all {len(state.course.databases)} version tables" if len(state.course.databases) > 1 else ""
    ups = sum(step.is_upgrade for one in made for step in one.steps)
    downs = sum(not step.is_upgrade for one in made for step in one.steps)
    if not ups and not downs:
        done = "no step had to be run" if state.course.early_of_interest else "nothing had to be done"
        return f"{at} already{tables}, {done}"
    way = " and ".join(f"{n} {'step' if n == 1 else 'steps'} {name}" for n, name in ((downs, "down"), (ups, "up")) if n)
    return f"{at}{tables}: {way} from {_origin(state)}"


def _origin(state: State) -> str:
    groups = grouped((names(database.first.before), state.course.name_of(database)) for database in state.course.databases)
    if len(groups) == 1:
        return next(iter(groups))
    return "; ".join(f"{rows} ({places})" for rows, places in groups.items())


def _drop_note(state: State) -> str:
    dropped = state.course.dropped
    if not dropped:
        return ""
    what = f"index {dropped[0]} was" if len(dropped) == 1 else f"indexes {', '.join(dropped)} were"
    return f"Before that, {what} dropped: an earlier attempt had left it invalid."


def _steps_answered(database: Database, state: State) -> int:
    from dbmigration.report.commits import answered

    known = answered(database, state)
    steps = database.first.plan.steps if database.first.plan else ()
    made = [tuple(sorted(step.rows)) for step in steps]
    return 1 + made.index(known[-1]) if known and known[-1] in made else 0


def _steps_done(state: State, read: list[Reading]) -> int | None:
    """How many steps of the plan the rows show to be done; where these could not be read, of how many the COMMIT was
    answered."""
    graph = state.task.graph
    if not read:
        return sum(_steps_answered(database, state) for database in state.course.databases) or None
    if graph is None or any(row not in graph for reading in read for row in reading.rows):
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
