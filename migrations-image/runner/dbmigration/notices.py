"""What Python and Alembic warn of, which nobody reads in a log: duplicate files, deprecated configuration."""

from __future__ import annotations

import logging
import warnings
from typing import Any


class Notices:
    def __init__(self, most: int) -> None:
        self.heard: list[str] = []
        self._most = most

    def listen(self) -> None:
        # Python is silent about deprecations in libraries unless told otherwise.
        warnings.filterwarnings("default", category=DeprecationWarning, module=r"(alembic|dbmigration)(\.|$)")
        shown = warnings.showwarning

        def show(message: Any, category: type[Warning], *args: Any, **kw: Any) -> None:
            self.add(f"{category.__name__}: {message}")
            shown(message, category, *args, **kw)

        warnings.showwarning = show
        # A handler would be removed by fileConfig() in env.py; every record is still made by the factory.
        make = logging.getLogRecordFactory()

        def record(*args: Any, **kw: Any) -> logging.LogRecord:
            made = make(*args, **kw)
            if made.levelno >= logging.WARNING and made.name.startswith("alembic"):
                self.add(made.getMessage())
            return made

        logging.setLogRecordFactory(record)

    def add(self, text: str) -> None:
        if text not in self.heard and len(self.heard) < self._most:
            self.heard.append(text)
