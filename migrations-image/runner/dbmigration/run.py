"""One run, from the request to the outcome."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NoReturn

from dbmigration.planning import request as requests
from dbmigration.planning.project import Project
from dbmigration.reasons import INTERNAL_ERROR
from dbmigration.refusal import Refusal
from dbmigration.report import long_text
from dbmigration.report.conclusion import Conclusion
from dbmigration.report.notices import Notices
from dbmigration.report.outcome import MOST_WARNINGS, Outcome
from dbmigration.report.progress import Progress
from dbmigration.report.redact import Secrets
from dbmigration.report.streams import Streams
from dbmigration.state import State
from dbmigration.watch import exits
from dbmigration.watch.forks import Forks
from dbmigration.watch.watchdog import Watchdog

if TYPE_CHECKING:
    from dbmigration.planning.connection_parts import Parts
    from dbmigration.planning.flask_project import FlaskApplication
    from dbmigration.planning.own_database import OwnDatabase
    from dbmigration.planning.request import Request


class Run:
    def __init__(self) -> None:
        self._state = State(started=time.monotonic())
        self._secrets = Secrets(os.environ)
        self._state.task.secrets = self._secrets.variables
        self._streams = Streams(self._secrets)
        self._progress = Progress(self._secrets)
        self._notices = Notices(MOST_WARNINGS)
        self._ending = Conclusion(self._state, self._progress, self._secrets, self._notices, self._streams.end)
        self._watchdog = Watchdog(self._state, self._ending)
        self._forks = Forks(self._state)
        self._project: Project | None = None

    def conduct(self) -> NoReturn:
        refusal: Refusal | None = None
        try:
            self._watchdog.start()
            self._streams.mask()
            self._notices.listen()
            with exits.caught(self._streams.end):
                self._migrate()
        except BaseException as error:
            self._forks.leave(1)
            self._forks.hear()
            refusal = self._refusal(error)
        self._forks.leave(0)
        self._ending.refusal = refusal
        self._ending.reading_since = time.monotonic()
        self._watchdog.look_again()
        from dbmigration.report.readback import read_all

        self._ending.conclude(
            refusal, read_all(self._state, self._project, refusal is not None) if self._state.course.databases else []
        )

    def _migrate(self) -> None:
        state = self._state
        request = state.task.request = requests.read(os.environ)
        parts = self._parts(request)
        self._watchdog.look_again()
        from dbmigration.planning import alembic_check, configuration

        state.task.alembic = alembic_check.version()
        from dbmigration.watch.early_statements import EarlyStatements
        from dbmigration.watch.nested_runs import NestedRuns

        # The project's own code begins to run where its scripts lie in a package.
        EarlyStatements(state).follow()
        NestedRuns(state, self._forks).forbid()
        project = self._project = Project(request)
        state.course.doubts += filter(None, [configuration.passed_over(request, os.environ)])
        from dbmigration.planning import url_options

        if request.database is not None and parts is not None:
            driver = parts.driver or url_options.driver_for(project.config, project.source)
            os.environ[request.database.variable] = url = parts.url(driver)
            self._secrets.learn({request.database.variable: url})
        if request.database is not None and request.database.certificates is not None:
            from dbmigration.session import certificates

            certificates.install(request.database.certificates, os.environ)
        application = None
        if request.flask_app is not None or "current_app" in project.source:
            from dbmigration.planning import flask_project

            application = flask_project.find(request.flask_app, project.source, os.environ)
        found = url_options.urls(request, os.environ)
        if request.database is not None:
            from dbmigration.planning.own_database import OwnDatabase

            is_mentioned = request.database.variable in project.source
            state.task.own = OwnDatabase(found, request.database.unverified, is_mentioned, application)
            self._await_companions(state.task.own)
        from dbmigration.watch.connections import follow_connections

        follow_connections(state, self._secrets, self._watchdog.look_again)
        if application is not None:
            self._enter(application, project)
        url_options.hand_over(project.config, request, found, project.source)
        state.task.env_py = project.env_py
        from dbmigration.planning import scripts

        if not project.is_placed_by_env_py:
            scripts.read(state.task, project, request)
        from dbmigration.migration import Migration
        from dbmigration.watch.blockers import Blockers
        from dbmigration.watch.pulse import Pulse

        Blockers(state, self._progress, request.timeouts.lock).start()
        Pulse(state, self._progress).start()
        Migration(state, request, project, self._progress, self._secrets, self._forks).run()

    def _parts(self, request: Request) -> Parts | None:
        """Of the database's URL, where the resource has no whole one. Their variables' names need not tell what is secret."""
        if request.database is None or request.database.connection is None:
            return None
        from dbmigration.planning.connection_parts import Parts

        parts = Parts.of(request.database.connection, os.environ)
        self._secrets.add([parts.password])
        return parts

    def _await_companions(self, own: OwnDatabase) -> None:
        for named in own.named.values():
            if named is not None and any(address.is_in_the_pod for address in named.addresses):
                from dbmigration.session import companions

                companions.await_listening(named.addresses, os.environ, self._progress.emit)

    def _enter(self, application: FlaskApplication, project: Project) -> None:
        # Of the files that Flask reads.
        self._secrets.learn(os.environ)
        self._state.task.application = application
        project.configured(application.enter(project.config))
        if self._state.stop.refusal is not None:
            # It has caught that.
            raise self._state.stop.refusal
        self._state.task.application = None

    def _refusal(self, error: BaseException) -> Refusal:
        if isinstance(error, Refusal):
            return error
        import traceback

        from dbmigration.planning.place import chain
        from dbmigration.report import connection_string, planned, repeated_values
        from dbmigration.report.besides import failed_afterwards
        from dbmigration.report.failure import classify

        # Of a file that env.py has read into it, as of python-dotenv.
        self._secrets.learn(os.environ)
        self._secrets.add(connection_string.pieces(chain(error)))
        # For whoever reads the log; the outcome says it in one sentence.
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        # Past SQLAlchemy nobody else has seen the statement.
        self._secrets.add(repeated_values.of_text(text, error))
        self._progress.explain(text)
        self._state.course.failed_afterwards = failed_afterwards(error, self._state)
        return planned.behind(error, self._state, self._progress) or classify(error, self._state)

    def give_up(self, error: BaseException) -> NoReturn:
        """Something went wrong while an outcome was being found: that, and what is known, is the outcome then."""
        known = self._ending.refusal
        what = f"the runner failed while it ended ({type(error).__name__}: {error}). Please report this with the Job's log."
        reason, message = (known.reason, f"{known.message} Besides, {what}") if known else (INTERNAL_ERROR, what)
        clean = long_text.with_both_ends(message, self._secrets.clean)
        self._ending.leave(Outcome(reason, clean, alembic=self._state.task.alembic))


def main() -> NoReturn:
    run = Run()
    try:
        run.conduct()
    except BaseException as error:
        run.give_up(error)
