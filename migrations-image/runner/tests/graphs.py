"""Random graphs of revisions, and what Alembic itself does with them, without a database."""

from __future__ import annotations

import random
import warnings
from types import SimpleNamespace
from typing import Any

from alembic.runtime.migration import HeadMaintainer, RevisionStep
from alembic.script.revision import Revision, RevisionMap


class Rows(HeadMaintainer):
    """Alembic's own bookkeeping of the version table, without the table."""

    def __init__(self, rows: Any) -> None:
        super().__init__(None, rows)  # type: ignore[arg-type]

    def _insert_version(self, version: str) -> None:
        assert version not in self.heads
        self.heads.add(version)

    def _delete_version(self, version: str) -> None:
        self.heads.remove(version)

    def _update_version(self, from_: str, to_: str) -> None:
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)


def random_map(chance: random.Random) -> RevisionMap:
    """Branches, merges, several bases, dependencies and labels; no parent that another parent builds on."""
    size = chance.randrange(2, 14)
    ids = [f"rev{number:03d}" for number in range(size)]
    above: dict[str, set[str]] = {}
    revisions = []
    for index, revision in enumerate(ids):
        earlier = ids[:index]
        count = min(len(earlier), chance.choices([0, 1, 2, 3], [12, 70, 15, 3])[0])
        down = _antichain(chance.sample(earlier, count), above)
        dependencies: list[str] = []
        if earlier and chance.random() < 0.2:
            dependencies = [d for d in _antichain([*down, chance.choice(earlier)], above, keep=len(down)) if d not in down]
        above[revision] = {revision}.union(*(above[parent] for parent in (*down, *dependencies)))
        labels = f"label{index}" if chance.random() < 0.15 else None
        revisions.append((revision, tuple(down) or None, tuple(dependencies) or None, labels))

    def generate() -> Any:
        for revision, down, dependencies, labels in revisions:
            made = Revision(revision, down if not down or len(down) > 1 else down[0], dependencies, labels)
            made.module = SimpleNamespace(upgrade=None, downgrade=None)  # type: ignore[attr-defined]
            made.doc = ""  # type: ignore[attr-defined]
            yield made

    return RevisionMap(generate)


def _antichain(candidates: list[str], above: dict[str, set[str]], keep: int = 0) -> list[str]:
    chosen: list[str] = []
    for number, candidate in enumerate(candidates):
        if number < keep or not any(candidate in above[c] or c in above[candidate] for c in chosen):
            chosen.append(candidate)
    return chosen


def upgraded(revision_map: RevisionMap, rows: set[str], target: Any) -> set[str]:
    """The rows that `alembic upgrade TARGET` leaves."""
    keeper = Rows(rows)
    steps = list(revision_map.iterate_revisions(target, tuple(sorted(rows)), implicit_base=True))
    for revision in reversed(steps):
        keeper.update_to_step(RevisionStep(revision_map, revision, True))  # type: ignore[arg-type]
    return keeper.heads


def downgraded(revision_map: RevisionMap, rows: set[str], target: str) -> set[str]:
    """The rows that `alembic downgrade TARGET` leaves."""
    keeper = Rows(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        steps = list(revision_map.iterate_revisions(tuple(sorted(rows)), target, select_for_downgrade=True))
    for revision in steps:
        keeper.update_to_step(RevisionStep(revision_map, revision, False))  # type: ignore[arg-type]
    return keeper.heads


def random_rows(chance: random.Random, revision_map: RevisionMap) -> set[str]:
    """A state that Alembic itself can have left."""
    rows: set[str] = set()
    names = [r for r in revision_map._revision_map if isinstance(r, str) and r.startswith("rev")]
    for _ in range(chance.randrange(0, 4)):
        rows = upgraded(revision_map, rows, chance.choice(names))
    return rows
