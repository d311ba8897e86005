"""What is sent to the server at the moment. Written by whoever sends it: those who follow the migration's own statements, and
the runner about its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Engine

    from dbmigration.session.session import Ask, Session


@dataclass(eq=False, repr=False)
class Statement:
    """One that is running now."""

    text: str
    pid: int
    engine: Engine
    at_once: bool = False
    """It is committed by itself, in no transaction."""
    answered: bool = False
    """The server said how it ended."""
    beside: bool = False
    """On a connection that the migration opened for itself."""
    started: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    blockers: str | None = None
    """Who held last what it waited for."""
    waits_for: str | None = None
    """Who held it when that was looked at last; the same words as long as it is the same session."""
    undecided: bool = False
    """They are no session's, but were prepared for a commit in two phases."""
    is_held_by_this_run: bool = False
    """By another connection of this very process."""
    number: Callable[[Ask], None] | None = None
    """What a second session has to write down while this one builds an index."""
    is_ours: bool = False
    """No statement of the project's."""
    ends: list[str] = field(default_factory=list)
    """Of one that commits: what was done before it."""


@dataclass(eq=False, repr=False)
class Traffic:
    current: Statement | None = None
    last: Statement | None = None
    error: BaseException | None = None
    """Of the last statement that failed: env.py or a migration may have caught it."""
    aborted_by: BaseException | None = None
    """The same, but for what the server refuses only since the transaction is aborted already."""

    def take_error(self) -> BaseException | None:
        """What is told of once, and is no error of what comes next."""
        error, self.error = self.error, None
        return error

    def unsend(self) -> None:
        """What was about to be sent is not."""
        self.current = self.last = None

    @contextlib.contextmanager
    def own(self, session: Session, text: str) -> Iterator[None]:
        """While one of the runner's own may wait for somebody, who is then named."""
        statement = Statement(text, session.pid, session.engine, is_ours=True)
        self.current = self.last = statement
        try:
            yield
            # What fails from here on did not fail in it.
            self.last = None
        finally:
            statement.ended = time.monotonic()
            self.current = None
