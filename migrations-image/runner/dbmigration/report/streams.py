"""What the project prints goes to the log of the container, where more people read than may read the Secret."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from typing import Any

from dbmigration.report import long_text
from dbmigration.report.masked_output import MaskedOutput
from dbmigration.report.progress import flush
from dbmigration.report.redact import Secrets

_NAMES = ("stdout", "stderr")


class Streams:
    """Of what Python writes, not of what a library in C, another process or os.write() does."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._masked: dict[str, tuple[io.TextIOWrapper, MaskedOutput]] = {}
        # Whoever took one before still has it, and the interpreter closes the descriptor of one that nobody has.
        self._originals: list[Any] = []

    def mask(self) -> None:
        for name in _NAMES:
            original = getattr(sys, name)
            # Without a descriptor Python has none; a line that cannot be masked is no reason not to migrate.
            with contextlib.suppress(AttributeError, TypeError, ValueError):
                self._originals.append(original)
                flush(original)
                masked = self._made(original, name)
                original.write = _masking(original.write, self._secrets)
                if getattr(sys, f"__{name}__") is original:
                    setattr(sys, f"__{name}__", masked)
                setattr(sys, name, masked)

    def _made(self, original: Any, name: str) -> Any:
        if not isinstance(original, io.TextIOWrapper):
            # Somebody's own, put there as the interpreter started.
            return original
        output = MaskedOutput(original.buffer, original.encoding, self._secrets.clean)
        masked = io.TextIOWrapper(
            output,
            encoding=original.encoding,
            errors=original.errors,
            line_buffering=original.line_buffering,
            write_through=original.write_through,
        )
        masked.mode = original.mode  # type: ignore[misc]
        self._masked[name] = masked, output
        return masked

    def end(self, *names: str) -> None:
        """Nothing more is expected of these, or of both: a line that was begun is passed on."""
        for name in names or _NAMES:
            # The project may have put another one over ours.
            flush(getattr(sys, name))
            if name in self._masked:
                stream, output = self._masked[name]
                flush(stream)
                # Nobody may be reading any more.
                with contextlib.suppress(Exception):
                    output.end()


def _masking(write: Callable[[str], int], secrets: Secrets) -> Callable[[Any], int]:
    def masked(text: Any) -> int:
        if not isinstance(text, str):
            # The stream itself says what is wrong with it.
            return write(text)
        write(long_text.with_both_ends(text, secrets.clean))
        return len(text)

    return masked
