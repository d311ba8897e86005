"""One run, from the request to the outcome."""

from __future__ import annotations

import os
import time
from typing import NoReturn

from dbmigration import request as requests
from dbmigration.ending import Ending
from dbmigration.notices import Notices
from dbmigration.outcome import MOST_WARNINGS, Outcome
from dbmigration.progress import Progress
from dbmigration.project import Project
from dbmigration.reasons import INTERNAL_ERROR
from dbmigration.redact import Secrets
from dbmigration.refusal import Refusal
from dbmigration.state import State
from dbmigration.watchdog import Watchdog


class Run:
    def __init__(self) -> None:
        self._state = State(started=time.monotonic())
        self._secrets = Secrets(os.environ)
        self._progress = Progress(self._secrets)
        self._notices = Notices(MOST_WARNINGS)
        self._ending = Ending(self._state, self._progress, self._secrets, self._notices)
        self._watchdog = Watchdog(self._state, self._ending)
        self._project: Project | None = None

    def conduct(self) -> NoReturn:
        refusal: Refusal | None = None
        try:
            self._watchdog.start()
            self._notices.listen()
            self._migrate()
        except BaseException as error:
            refusal = self._refusal(error)
        self._ending.refusal = refusal
        self._ending.reading_since = time.monotonic()
        self._watchdog.look_again()
        from dbmigration.reading import read_all

        self._ending.conclude(
            refusal, read_all(self._state, self._project, refusal is not None) if self._state.databases else []
        )

    def _migrate(self) -> None:
        state = self._state
        request = state.request = requests.read(os.environ)
        self._watchdog.look_again()
        from dbmigration import alembic_check

        state.alembic = alembic_check.version()
        project = self._project = Project(request)
        state.env_py, state.graph, state.scripts = project.env_py, project.graph, dict(project.scripts)
        from dbmigration.target import resolve

        state.target = resolve(request.target, project.directory.revision_map, project.graph)
        from dbmigration.blockers import Blockers
        from dbmigration.migrate import Migration

        Blockers(state, self._progress, request.timeouts.lock).start()
        changed = self._watchdog.look_again
        Migration(state, request, project, state.target, self._progress, self._secrets, changed).run()

    def _refusal(self, error: BaseException) -> Refusal:
        if isinstance(error, Refusal):
            return error
        import traceback

        from dbmigration.failure import classify

        # For whoever reads the log; the outcome says it in one sentence.
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        self._progress.explain(text)
        return classify(error, self._state)

    def give_up(self, error: BaseException) -> NoReturn:
        """Something went wrong while an outcome was being found: that, and what is known, is the outcome then."""
        known = self._ending.refusal
        what = f"the runner failed while it ended ({type(error).__name__}: {error}). Please report this with the Job's log."
        reason, message = (known.reason, f"{known.message} Besides, {what}") if known else (INTERNAL_ERROR, what)
        self._ending.leave(Outcome(reason, self._secrets.clean(message), alembic=self._state.alembic))


def main() -> NoReturn:
    run = Run()
    try:
        run.conduct()
    except BaseException as error:
        run.give_up(error)
