"""Says in the log where a migration is that takes its time: at which step, since when, and for whom it waits."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from dbmigration.session import threads

if TYPE_CHECKING:
    from dbmigration.report.progress import Progress
    from dbmigration.state import State

# In seconds. Whoever reads the end of the log finds it there, whatever else the scripts print meanwhile.
INTERVAL = 5.0


class Pulse:
    def __init__(self, state: State, progress: Progress) -> None:
        self._state = state
        self._progress = progress

    def start(self) -> None:
        threads.Thread(self._run)

    def _run(self) -> None:
        while True:
            threads.sleep(INTERVAL)
            told = place(self._state)
            if told:
                self._progress.emit("progress", **told)


def place(state: State) -> dict[str, Any]:
    """Empty where there is nothing to be told of."""
    running, statement = state.course.running, state.traffic.current
    told: dict[str, Any] = {}
    if running is not None and not running.finished:
        since = datetime.fromtimestamp(int(running.since), timezone.utc)
        told = {
            "step": running.number,
            "of": running.of,
            "revision": running.step.revision,
            "direction": running.step.direction,
            "since": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    if state.course.waiting is not None:
        told["waitingFor"] = state.course.waiting
    elif statement is not None and statement.waits_for is not None:
        told["waitingFor"] = statement.waits_for
    return told
