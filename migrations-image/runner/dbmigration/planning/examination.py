"""A plan that was looked at: which one it is, and what it would delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dbmigration.planning.losses import Loss

SHOWN = 12
"""So many characters of a digest are shown to people."""


@dataclass(frozen=True)
class Examination:
    digest: str
    losses: Sequence[Loss]

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
