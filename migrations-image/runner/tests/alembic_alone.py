"""What Alembic's own commands do to a version table, without a table."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from alembic.runtime.migration import HeadMaintainer, RevisionStep
from alembic.script.revision import RevisionMap


class Rows(HeadMaintainer):
    """Alembic's own bookkeeping of the version table."""

    def __init__(self, rows: Iterable[str]) -> None:
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

    def step(self, revision_map: RevisionMap, revision: Any, is_upgrade: bool) -> None:
        self.update_to_step(RevisionStep(revision_map, revision, is_upgrade))


@dataclass
class Left:
    """What the commands left, and the failure that ended them, if one did."""

    rows: set[str]
    applied: set[str]
    error: Exception | None = None
    command: str = ""
    member: str = ""
    miscounted: bool = False
    """The failure was one of keeping the rows, after the step itself had run."""

    def run(self, revision_map: RevisionMap, command: str, target: str) -> None:
        if self.error is not None:
            return
        self.command, self.member = command, target
        try:
            self._run(revision_map, command == "upgrade", target)
        except Exception as error:
            self.error = error

    def _run(self, revision_map: RevisionMap, is_upgrade: bool, target: str) -> None:
        rows = tuple(sorted(self.rows))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if is_upgrade:
                steps = [*revision_map.iterate_revisions(target, rows, implicit_base=True)][::-1]
            else:
                steps = [*revision_map.iterate_revisions(rows, target, select_for_downgrade=True)]
        keeper = Rows(rows)
        for revision in steps:
            (self.applied.add if is_upgrade else self.applied.remove)(revision.revision)
            self.miscounted = True
            keeper.step(revision_map, revision, is_upgrade)
            self.miscounted = False
            self.rows = keeper.heads


def upgraded_and_downgraded(revision_map: RevisionMap, rows: set[str], applied: set[str], target: str) -> Left:
    """After `alembic upgrade` and then `alembic downgrade` to each member of the target."""
    left = Left(set(rows), set(applied))
    for command in ("upgrade", "downgrade"):
        for member in target.split(","):
            left.run(revision_map, command, member.strip())
    return left
