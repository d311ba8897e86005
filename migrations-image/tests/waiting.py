"""A gate as a Pod starts it: a process that waits for the database."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

LIMIT = 60


class Waiting:
    """Its lines are read as they come, so that a test acts when something was said, not when some time has passed."""

    def __init__(self, directory: Path, url: str | None, *arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        if url is not None:
            environment["DATABASE_URL"] = url
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=directory,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._more = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._more:
                self.lines.append(line.rstrip("\n"))
                self._more.notify_all()
        with self._more:
            self._more.notify_all()

    def said(self, text: str) -> str:
        """The line with this text, as soon as it is there."""
        with self._more:
            found = self._more.wait_for(lambda: [line for line in self.lines if text in line], LIMIT)
        assert found, f"not said: {text}\n{self.text}"
        line: str = found[0]
        return line

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def code(self) -> int:
        return self.process.wait(LIMIT)

    def ended_after(self, signal: int) -> float:
        """Seconds from the signal to the end."""
        started = time.monotonic()
        self.process.send_signal(signal)
        self.process.wait(LIMIT)
        return time.monotonic() - started

    def __enter__(self) -> "Waiting":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
