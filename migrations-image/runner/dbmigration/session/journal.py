"""What was done on one connection and is not committed yet, as PostgreSQL keeps it."""

from __future__ import annotations

from typing import Generic, TypeVar

Step = TypeVar("Step")


class Journal(Generic[Step]):
    def __init__(self) -> None:
        self.open: list[tuple[Step, str]] = []
        """By whom, and what, in its order."""
        self.committed: list[tuple[Step, str]] = []
        """What was told of so."""
        self.is_of_steps = True
        self._savepoints: list[tuple[str, int]] = []
        self.transaction: str | None = None
        """Its number, once something was written in it."""
        self.failed = False
        """The server takes nothing more in this transaction, and makes a ROLLBACK of its COMMIT."""
        self._is_outside = False
        self._is_begun = False

    def is_at_once(self, autocommit: bool) -> bool:
        """Whether the next statement is committed by itself."""
        return self._is_outside or (autocommit and not self._is_begun)

    def do(self, step: Step, what: str) -> None:
        self.open.append((step, what))

    def fail(self, autocommit: bool) -> None:
        """By an answer of the server's."""
        self.failed = self.failed or not self.is_at_once(autocommit)

    def end(self) -> list[tuple[Step, str]]:
        """By the driver, which begins another one with the next statement. Returns what is decided by it."""
        found, self.open, self._savepoints = self.open, [], []
        self.failed = self._is_outside = self._is_begun = False
        self.transaction = None
        return found

    def begin_by_statement(self) -> None:
        self._is_outside, self._is_begun = False, True

    def leave_by_statement(self) -> None:
        """Behind its end. Of that not every driver knows, and then none begins another one."""
        self._is_outside = True

    def enter(self) -> None:
        """By a driver that has asked the server."""
        self._is_outside = False

    def set_savepoint(self, name: str) -> None:
        self._savepoints.append((name, len(self.open)))

    def release(self, name: str) -> None:
        position = self._position(name)
        if position is not None:
            del self._savepoints[position:]

    def back_to(self, name: str) -> list[tuple[Step, str]]:
        """Returns what is taken back."""
        position = self._position(name)
        if position is None:
            return []
        _, length = self._savepoints[position]
        del self._savepoints[position + 1 :]
        lost = self.open[length:]
        del self.open[length:]
        self.failed = False
        return lost

    def _position(self, name: str) -> int | None:
        """Of several of one name the last one counts."""
        named = [number for number, (one, _) in enumerate(self._savepoints) if one == name]
        return named[-1] if named else None
