"""A plan that was looked at: which one it is, what each of its steps does, and what it would delete."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from dbmigration.planning.approval import SHOWN
from dbmigration.planning.findings import Loss
from dbmigration.planning.plan import Step
from dbmigration.sql.effect import Effect


@dataclass(frozen=True)
class StepExamination:
    step: Step
    description: str
    """The first line of the script's docstring."""
    flaw: str | None
    """Why its downgrade takes nothing back, where it is one."""
    losses: Sequence[Loss]
    """Those that no step before it has told."""
    statements: Sequence[str]
    problem: str | None
    """Why these are not all that it does."""
    effects: Collection[Effect] | None
    """By which it was judged, and which it is held to when it runs; None where nobody knows all that it does."""

    def summary(self) -> dict[str, Any]:
        return {
            "revision": self.step.revision,
            "direction": self.step.direction,
            "description": self.description,
            "irreversible": self.flaw is not None,
            "deletes": [_words(loss) for loss in self.losses],
        }

    @property
    def sql(self) -> str:
        text = "".join(f"{statement.strip()};\n\n" for statement in self.statements)
        return f"{text}-- Not all of it is known: {self.problem}\n" if self.problem else text


@dataclass(frozen=True)
class Examination:
    digest: str
    losses: Sequence[Loss]
    steps: Sequence[StepExamination] = ()

    @property
    def is_lossy(self) -> bool:
        """What nobody can tell counts as lost."""
        return bool(self.losses)

    @property
    def name(self) -> str:
        return self.digest[:SHOWN]

    def summary(self) -> dict[str, Any]:
        return {"digest": self.digest, "lossy": self.is_lossy, "deletes": [_words(loss) for loss in self.losses]}


def _words(loss: Loss) -> str:
    return loss.words if loss.is_known else f"unknown: {loss.words}"
