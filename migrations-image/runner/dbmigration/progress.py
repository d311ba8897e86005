"""One JSON line on stdout for each thing that happens, for whoever follows the log."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any

from dbmigration.redact import Secrets


class Progress:
    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        # A duplicate, because env.py may redirect or close sys.stdout.
        self._stdout = os.dup(1)

    def emit(self, event: str, **fields: Any) -> None:
        clean = {key: self._secrets.clean(v) if isinstance(v, str) else v for key, v in fields.items()}
        self.line(json.dumps({"event": event, **clean}, ensure_ascii=False))

    def line(self, text: str) -> None:
        # Nobody may be reading any more; that is no reason to stop a migration.
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        with contextlib.suppress(OSError):
            data = text.encode("utf-8", "replace") + b"\n"
            while data:
                data = data[os.write(self._stdout, data) :]
