"""What a run knows at any moment, by who writes it. The thread that ends it early reads the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dbmigration.course import Course
from dbmigration.planning.task import Task
from dbmigration.session.traffic import Traffic

if TYPE_CHECKING:
    from dbmigration.refusal import Refusal


@dataclass(eq=False, repr=False)
class Stop:
    """Written by whoever refuses to go on: env.py or a script may catch what is raised, and that ends the run all the same."""

    refusal: Refusal | None = None
    refused: float | None = None
    """When that was; from then on env.py has only to let it pass."""
    heard: Callable[[], None] = lambda: None
    """By whom that deadline is kept."""

    def by(self, refusal: Refusal) -> None:
        """What is about to be raised."""
        self.refusal = refusal
        self.refused = time.monotonic()
        self.heard()

    def check(self) -> None:
        """Before anything more is run."""
        if self.refusal is not None:
            raise self.refusal


@dataclass(eq=False, repr=False)
class State:
    started: float
    task: Task = field(default_factory=Task)
    course: Course = field(default_factory=Course)
    traffic: Traffic = field(default_factory=Traffic)
    stop: Stop = field(default_factory=Stop)
