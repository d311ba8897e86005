"""The plans of a run, as the outcome and the log tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    examined = [database.examined for database in state.course.databases if database.examined is not None]
    # Of several version tables each has a plan of its own, and the last one is what somebody is asked about.
    return {**told, **examined[-1].summary()} if examined else told


def show(examined: Examination, progress: Progress) -> None:
    """The whole of it, for which the outcome has no room."""
    for number, one in enumerate(examined.steps, 1):
        place = {"plan": examined.digest, "step": number, "of": len(examined.steps)}
        progress.emit("planned", **place, **one.summary())
        progress.emit_text("planned-sql", one.sql, **place)
