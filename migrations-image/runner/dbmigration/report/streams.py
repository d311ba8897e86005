"""What the project prints goes to the log of the container, where more people read than may read the Secret."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Any

from dbmigration.report.redact import Secrets


def mask_streams(secrets: Secrets) -> None:
    """Of what Python writes, not of what a library in C or another process does. The streams stay the objects that they are,
    so that whatever else the project does to them works."""
    for stream in (sys.stdout, sys.stderr):
        # Without a descriptor Python has none; a line that cannot be masked is no reason not to migrate.
        with contextlib.suppress(AttributeError, TypeError):
            stream.write = _masking(stream.write, secrets)  # type: ignore[method-assign]


def _masking(write: Callable[[str], int], secrets: Secrets) -> Callable[[Any], int]:
    def masked(text: Any) -> int:
        if not isinstance(text, str):
            # The stream itself says what is wrong with it.
            return write(text)
        write(secrets.clean(text))
        return len(text)

    return masked
