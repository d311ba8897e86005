"""What Python and Alembic warn of, which nobody reads in a log: duplicate files, deprecated configuration."""

from __future__ import annotations

import contextlib
import logging
import warnings
from typing import Any


class Notices:
    def __init__(self, most: int) -> None:
        self.heard: list[str] = []
        self._most = most

    def listen(self) -> None:
        # Python is silent about deprecations unless told otherwise. The last are env.py and the scripts, as Alembic names
        # them when it loads them.
        warnings.filterwarnings(
            "default", category=DeprecationWarning, module=r"(alembic|sqlalchemy|dbmigration)(\.|$)|\w+_py$"
        )
        self._follow()
        redirect = logging.captureWarnings

        def redirected(capture: bool) -> None:
            # Its logger is one of those that fileConfig() silences in most projects.
            redirect(capture)
            self._follow()

        logging.captureWarnings = redirected
        # A handler would be removed by fileConfig() in env.py; every record is still made by the factory.
        make = logging.getLogRecordFactory()

        def record(*args: Any, **kw: Any) -> logging.LogRecord:
            made = make(*args, **kw)
            if made.levelno >= logging.WARNING and made.name.startswith("alembic"):
                self.add(made.getMessage())
            return made

        logging.setLogRecordFactory(record)

    def _follow(self) -> None:
        shown = warnings.showwarning

        def show(message: Any, category: type[Warning], *args: Any, **kw: Any) -> None:
            self.add(f"{category.__name__}: {message}")
            # Some are shown only because they are to be heard here; without a stderr that must not be an error.
            with contextlib.suppress(AttributeError, OSError, ValueError):
                shown(message, category, *args, **kw)

        warnings.showwarning = show

    def add(self, text: str) -> None:
        if text not in self.heard and len(self.heard) < self._most:
            self.heard.append(text)
