"""How a run ends: once, with an outcome, whoever ends it."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable

# Taken before watch/exits.py, or the project, puts another one in its place.
from os import _exit
from typing import TYPE_CHECKING, NoReturn

from dbmigration.refusal import Refusal
from dbmigration.report import long_text, unescaped, vouched_words
from dbmigration.report.judge import judge
from dbmigration.report.outcome import Outcome, write
from dbmigration.report.progress import Progress
from dbmigration.session import threads

if TYPE_CHECKING:
    from dbmigration.report.notices import Notices
    from dbmigration.report.readback import Reading
    from dbmigration.report.redact import Secrets
    from dbmigration.state import State


# For what the handlers of the log still hold.
_FAREWELL_LIMIT = 3.0


class Conclusion:
    def __init__(
        self, state: State, progress: Progress, secrets: Secrets, notices: Notices, end_streams: Callable[..., None]
    ) -> None:
        self._state = state
        self._progress = progress
        self._secrets = secrets
        self._notices = notices
        self._end_streams = end_streams
        self._claim = threads.allocate_lock()
        self.refusal: Refusal | None = None
        """Why the run failed, once that is known and only the database is still being read."""
        self.reading_since: float | None = None

    def claim(self) -> bool:
        """True for the one thread that may end the run."""
        return self._claim.acquire(blocking=False)

    def conclude(self, refusal: Refusal | None, readings: list[Reading] | str) -> NoReturn:
        if not self.claim():
            # The other thread is writing its outcome and ends the process.
            while True:
                threads.sleep(60)
        self.write(refusal, readings)

    def write(self, refusal: Refusal | None, readings: list[Reading] | str) -> NoReturn:
        outcome = judge(self._state, refusal, readings)
        if self._state.course.session is None:
            outcome.message += unescaped.advice(self._secrets.unescaped, outcome.reason, outcome.message)
        if outcome.exit_code:
            from dbmigration.report import parts

            outcome.message = parts.told(outcome.message, self._state)
        self._secrets.vouch_for(vouched_words.words(self._state, readings if isinstance(readings, list) else ()))
        outcome.message = self._clean(outcome.message)
        outcome.warnings = [self._clean(text) for text in (*outcome.warnings, *self._state.course.advice, *self._notices.heard)]
        if outcome.plan and "deletes" in outcome.plan:
            outcome.plan["deletes"] = [self._clean(text) for text in outcome.plan["deletes"]]
        outcome.durationMs = round((time.monotonic() - self._state.started) * 1000)
        self.leave(outcome)

    def _clean(self, text: str) -> str:
        return long_text.with_both_ends(text, self._secrets.clean)

    def leave(self, outcome: Outcome) -> NoReturn:
        line = outcome.encode()
        problem = write(line)
        if problem:
            self._progress.explain(problem)
        # The outcome is a line of its own.
        self._end_streams("stdout")
        self._progress.line(line)

        # Not sys.exit(): threads and exit handlers of the user's code must not keep a finished Job alive, nor handlers of
        # its log that wait for somebody.
        def last() -> None:
            threads.sleep(_FAREWELL_LIMIT)
            _exit(outcome.exit_code)

        with contextlib.suppress(Exception):
            threads.Thread(last)
            logging.shutdown()
        self._end_streams()
        _exit(outcome.exit_code)
