"""`python -m app.wait`: ends when the database has the revisions of this image, for an init container of the application.

It reads, and never writes. Ends with 0: they are applied, or the database is ahead; 1: not within --timeout; 2: waiting
would not help."""

import argparse
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.config import SettingsError, settings
from app.rows import judge

PROJECT = Path(__file__).parent.parent
NOT_IN_TIME, WRONG = 1, 2
# What a shell says of a process that SIGTERM ended.
TERMINATED = 128 + signal.SIGTERM
# Between two looks, in seconds: soon at first, and at different times in each of many Pods.
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.5, 5.0, 1.5
REMINDER = 60.0

# By SQLSTATE or its class. Nothing of the server's or the driver's own words is repeated: they may hold a secret.
REFUSALS = {
    "28": "the server refuses the login",
    "3D000": "there is no such database on that server",
    "42501": "the login may not read the version table",
    "53300": "the server has no connection to spare",
    "57P03": "the server is starting or stopping",
}


class WrongInputError(Exception):
    """Waiting would not help."""


class Gate:
    """What is waited for, and what was last said about it."""

    def __init__(self, config: Config, scripts: ScriptDirectory, url: URL, wanted: tuple[str, ...]) -> None:
        self.config, self.scripts, self.wanted = config, scripts, wanted
        at = f" at {url.host}:{url.port or 5432}" if url.host else ""
        self.database = f"Database {url.database}{at}"
        self.started = time.monotonic()
        self.state = ""
        self._said_at = 0.0

    def look(self) -> bool:
        """Whether the release may start. A connection for this look only: many Pods wait at the same time."""
        seen: list[tuple[str, ...]] = []

        def read(rows: tuple[str, ...], _context: object) -> list[Any]:
            seen.append(rows)
            return []

        try:
            # As `alembic current` reads, with the project's own env.py, so that it is the table that a migration writes.
            with EnvironmentContext(self.config, self.scripts, fn=read, dont_mutate=True):
                self.scripts.run_env()
        except Exception as error:
            self.say(unreadable(error))
            return False
        if not seen:
            raise WrongInputError("migrations/env.py did not run context.run_migrations(), so nothing was read.")
        rows = tuple(sorted({row for rows in seen for row in rows}))
        verdicts = [judge(self.scripts, rows, self.wanted) for rows in seen]
        place = f"it is at {', '.join(rows)}" if rows else "it has no revision yet"
        if any(verdict.missing for verdict in verdicts):
            self.say(place)
            return False
        unknown = ", ".join(sorted({row for verdict in verdicts for row in verdict.unknown}))
        ahead = f"; this image does not know {unknown}, so the database is ahead of it" if unknown else ""
        tell(f"{self.database}: {place}{ahead}. The release may start.")
        return True

    def say(self, state: str) -> None:
        """Once, and then every minute: a log that grows by a line a second is read by nobody."""
        now = time.monotonic()
        if state != self.state or now - self._said_at >= REMINDER:
            self.state, self._said_at = state, now
            tell(self.line())

    def line(self) -> str:
        return (
            f"{self.database}: {self.state}. Waiting for {', '.join(self.wanted)}, {time.monotonic() - self.started:.0f} s "
            "so far; `kubectl get dbmigrations` says what holds it back."
        )

    def end(self) -> None:
        tell(f"{self.line()} Given up: --timeout is over.")


def unreadable(error: Exception) -> str:
    """Why the rows were not read, if that may pass by itself."""
    for cause in causes(error):
        code = str(getattr(cause, "sqlstate", None) or "")
        if code:
            return REFUSALS.get(code) or REFUSALS.get(code[:2]) or f"it cannot be read (SQLSTATE {code})"
        if isinstance(cause, (OSError, TimeoutError)):
            return f"nobody answers there ({type(cause).__name__})"
        if isinstance(cause, DBAPIError):
            return f"it cannot be read ({type(cause).__name__})"
    raise WrongInputError(
        f"migrations/env.py ended with {type(error).__name__}{where(error.__traceback__)}. Its message is left out, since "
        "it may hold the password; `alembic current` shows it."
    ) from None


def causes(error: BaseException) -> Iterator[BaseException]:
    """The innermost first: what a driver raised says more than what was made of it."""
    found: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        cause = todo.pop()
        if cause is not None and cause not in found:
            found.append(cause)
            todo += [getattr(cause, "orig", None), cause.__cause__, cause.__context__]
    return reversed(found)


def where(traceback: TracebackType | None) -> str:
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return ""
    return f" in {Path(traceback.tb_frame.f_code.co_filename).name}, line {traceback.tb_lineno}"


def read_only(connection: Connection) -> None:
    """Whatever env.py does, it is not done here."""
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def tell(text: str) -> None:
    print(text, flush=True)


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.wait", description="Waits until the database has the revisions.")
    parser.add_argument("--revision", action="append", help="instead of the heads of the image; may be repeated")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="after which it ends with 1; by default never")
    found = parser.parse_args(given)
    if found.timeout is not None and found.timeout <= 0:
        parser.error("--timeout is a number of seconds above 0")
    return found


def gate(revisions: list[str] | None) -> Gate:
    config = Config(PROJECT / "alembic.ini")
    try:
        url = settings.DATABASE_URL
        scripts = ScriptDirectory.from_config(config)
        heads = scripts.get_heads()
    except (SettingsError, CommandError) as error:
        raise WrongInputError(str(error)) from None
    if not heads:
        raise WrongInputError(f"There are no revisions under {config.get_main_option('script_location')}.")
    return Gate(config, scripts, url, ids(scripts, heads, revisions or heads))


def ids(scripts: ScriptDirectory, heads: list[str], revisions: list[str]) -> tuple[str, ...]:
    try:
        found = scripts.get_revisions(tuple(revisions))
    except CommandError as error:
        raise WrongInputError(
            f"{error}. This image has the heads {', '.join(heads)}: correct --revision, or use the image that has it."
        ) from None
    wanted = {script.revision for script in found if script is not None}
    if not wanted:
        raise WrongInputError("Every database is at base: name another --revision.")
    return tuple(sorted(wanted))


def wait(opened: Gate) -> None:
    pause = FIRST_PAUSE
    while not opened.look():
        time.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def main(given: list[str] | None = None) -> int:
    # The first process of a container ignores SIGTERM unless it says otherwise. Nothing is to be put in order.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(TERMINATED))
    options = arguments(given)
    # env.py sets up Alembic's, which would say the same at each look.
    logging.disable()
    event.listen(Engine, "begin", read_only)
    try:
        opened = gate(options.revision)
        opened.say("not looked at yet")
        if options.timeout is not None:
            limit(opened, options.timeout)
        wait(opened)
    except WrongInputError as error:
        print(f"FAILED: {error}", file=sys.stderr, flush=True)
        return WRONG
    return 0


def limit(opened: Gate, seconds: float) -> None:
    """By the clock, also where a look takes longer."""

    def end(*_: object) -> None:
        opened.end()
        os._exit(NOT_IN_TIME)

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    sys.exit(main())
