"""What the log of the container tells whoever follows it: one JSON line on stdout for each thing that happens."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from dbmigration.report import long_text
from dbmigration.report.redact import Secrets

if TYPE_CHECKING:
    from dbmigration.course import Running

# In characters; the container runtime cuts lines of 16 KiB.
_LONGEST = 4_000
# As in the outcome, what is no text of anybody's: who reads the log has to know these for what they are.
_TRUE = frozenset({"before", "direction", "plan", "revision", "state", "target", "versionTable"})


class Progress:
    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        # Duplicates, because env.py may redirect or close sys.stdout and sys.stderr.
        self._stdout, self._stderr = os.dup(1), os.dup(2)

    def emit(self, event: str, **fields: Any) -> None:
        clean = {key: value if key in _TRUE else self._clean(value) for key, value in fields.items()}
        self.line(json.dumps({"event": event, **clean}, ensure_ascii=False))

    def emit_text(self, event: str, text: str, **fields: Any) -> None:
        """In as many lines as it takes: who follows a log gets no longer ones as a whole."""
        clean = self._secrets.clean(text)
        for start in range(0, len(clean), _LONGEST):
            self.line(json.dumps({"event": event, **fields, "text": clean[start : start + _LONGEST]}, ensure_ascii=False))

    def _clean(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._clean(one) for one in value]
        return long_text.with_both_ends(value, self._secrets.clean) if isinstance(value, str) else value

    def step(self, running: Running, state: str) -> None:
        step = running.step
        where = {"step": running.number, "of": running.of}
        self.emit("step", revision=step.revision, direction=step.direction, **where, state=state)

    def line(self, text: str) -> None:
        flush(sys.stdout)
        _write(self._stdout, text)

    def explain(self, text: str) -> None:
        """On stderr, for whom one line is not enough."""
        flush(sys.stderr)
        _write(self._stderr, long_text.with_both_ends(text, self._secrets.clean))


def flush(stream: Any) -> None:
    # The user's code may have closed it, or put anything in its place; that is no reason to stop a migration.
    with contextlib.suppress(Exception):
        stream.flush()


def _write(descriptor: int, text: str) -> None:
    # Nobody may be reading any more.
    with contextlib.suppress(OSError):
        data = text.encode("utf-8", "replace") + b"\n"
        while data:
            data = data[os.write(descriptor, data) :]
