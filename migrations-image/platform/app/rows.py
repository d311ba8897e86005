"""What the rows of a version table say about revisions that somebody waits for. Reads scripts only, no database."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from alembic.script import ScriptDirectory


@dataclass(frozen=True)
class Verdict:
    """On one database: it may hold rows that these scripts do not know, since a newer release wrote them."""

    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def judge(scripts: ScriptDirectory, rows: Collection[str], wanted: Iterable[str]) -> Verdict:
    """A row stands for all that it builds on. One that the scripts do not know is newer than they are, and stands
    for everything but what a row beside it shows to be missing: a row is the end of its line."""
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = tuple(sorted(set(rows) - known))
    # Only whole ids: Alembic would take an unknown row for the beginning of a known one.
    ends = known.intersection(rows)
    applied = {revision for row in ends for revision in line(scripts, row)}

    def is_missing(revision: str) -> bool:
        return revision not in applied and not (unknown and ends.isdisjoint(line(scripts, revision)))

    return Verdict(tuple(revision for revision in wanted if is_missing(revision)), unknown)


def line(scripts: ScriptDirectory, revision: str) -> set[str]:
    """The revision and all that it builds on, dependencies included."""
    return {script.revision for script in scripts.walk_revisions("base", revision)}
