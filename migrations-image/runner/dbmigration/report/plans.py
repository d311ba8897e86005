"""The plans of a run, as the outcome and the log tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dbmigration.planning.examination import Examination
    from dbmigration.planning.plan import Plan
    from dbmigration.report.progress import Progress
    from dbmigration.state import State


def of(state: State) -> list[Plan]:
    return [database.first.plan for database in state.course.databases if database.first.plan is not None]


def summary(state: State) -> dict[str, object] | None:
    plans = of(state)
    if not plans:
        return None
    directions = {made.direction for made in plans if made.steps}
    direction = "None" if not directions else directions.pop() if len(directions) == 1 else "Mixed"
    told: dict[str, object] = {"direction": direction, "steps": sum(len(made.steps) for made in plans)}
    found = examined(state)
    if not found:
        return told
    if state.task.request is not None and state.task.request.only_plans:
        lossy = any(one.examined.is_lossy for one in found)
        deletes = [_placed(one, words, found) for one in found for words in one.examined.summary()["deletes"]]
        return {**told, "digest": _name(found), "lossy": lossy, "deletes": deletes}
    last = found[-1]
    if state.course.running is None and not state.course.databases[-1].finished:
        # Of several version tables each has a plan of its own, and this one is what somebody is asked about.
        told = last.plan.summary()
    return {**told, **last.examined.summary()}


class Examined(NamedTuple):
    """A plan that was looked at, of one version table."""

    table: str
    plan: Plan
    examined: Examination


def examined(state: State) -> list[Examined]:
    """In the order in which env.py has handed them over."""
    found = [(state.course.name_of(one), one.plan, one.examined) for one in state.course.databases]
    return [Examined(name, made, examined) for name, made, examined in found if made is not None and examined is not None]


def show(found: Sequence[Examined], progress: Progress) -> None:
    """The whole of what somebody is told, for which the outcome has no room: of several as one."""
    steps = [(one, step) for one in found for step in one.examined.steps]
    for number, (one, step) in enumerate(steps, 1):
        place = {"plan": _name(found), "step": number, "of": len(steps)}
        progress.emit("planned", **place, **{**step.summary(), "description": _placed(one, step.description, found)})
        progress.emit_text("planned-sql", step.sql, **place)


def _placed(one: Examined, words: str, found: Sequence[Examined]) -> str:
    """With the version table in front, where there are several."""
    return f"{one.table}: {words}" if len(found) > 1 else words


def _name(found: Sequence[Examined]) -> str:
    """Of several plans as one: the digest of the one that is asked about first, where only what deletes is asked about."""
    return next((one for one in found if one.examined.is_lossy), found[0]).examined.digest
