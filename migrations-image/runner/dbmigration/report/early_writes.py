"""That the project itself had something done to a database before the migration began: then nobody may call it untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.course import Course, Database, EarlyWrite

_MOST = 3


def note(course: Course) -> str:
    """Empty if there was nothing of that kind."""
    early = course.early_of_interest
    if not early:
        return ""
    first = next((one for one in early if one.is_for_once), early[0])
    same = [one for one in early if _place(one) == _place(first)]
    heads = list(dict.fromkeys(one.head for one in (first, *same)))
    listed = ", ".join(heads[:_MOST]) + (f" and {len(heads) - _MOST} more" if len(heads) > _MOST else "")
    others = len({_place(one) for one in early}) - 1
    places = f"{_place(first)}{f' (and others to {others} more)' if others else ''}"
    return f"Before the migration began, {first.who} itself had sent {listed} to {places}{_remedy(first)}."


def _place(one: EarlyWrite) -> str:
    return f"the database {one.database} on {one.place}"


def _remedy(one: EarlyWrite) -> str:
    if not one.is_for_once:
        return ", so that this may have changed it"
    return (
        f". What it did stays. Take that out (most likely {one.call}), since tables are a matter of the migration scripts, and "
        "build the image again"
    )


def warnings(course: Course, only_looks: bool) -> list[str]:
    """Where all went well: each new table would stand in the way of the script that makes it, and who only looks expects that
    nothing is written."""
    is_told = any(one.is_for_once or only_looks for one in course.early_of_interest)
    return [note(course).rstrip(".")] if is_told else []


def has_made(course: Course, database: Database) -> bool:
    """Objects of the schema of this one."""
    there = (database.session.database, database.place)
    return any(one.makes and (one.database, one.place) == there for one in course.early)


def of_steps(message: str, course: Course) -> str:
    """What is refused says that nothing was run, of the plan."""
    if not course.early_of_interest and not course.has_other_processes:
        return message
    return message.replace("othing was run", "o step was run").replace("othing more was run", "o further step was run")
