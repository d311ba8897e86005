"""One run of the user's env.py, by which Alembic applies the plan."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from alembic.runtime.migration import MigrationContext, MigrationStep
from sqlalchemy.engine import Connection

from dbmigration import objections
from dbmigration.course import Database, Running
from dbmigration.indexes import invalid_indexes
from dbmigration.planning import bookkeeping, scripts
from dbmigration.planning.attempts import Attempt
from dbmigration.planning.plan import Plan, Step, plan, refuse_overlong
from dbmigration.planning.project import Project
from dbmigration.planning.request import Request
from dbmigration.planning.rollback import RollbackGuard
from dbmigration.planning.target import Target
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.record import Record
from dbmigration.refusal import Refusal
from dbmigration.report import planned, plans, unfinished, vouched_words
from dbmigration.report.progress import Progress
from dbmigration.report.redact import Secrets
from dbmigration.session import lock, row_security, search_path, server_identity
from dbmigration.session.address import address_of
from dbmigration.session.examiner import Examiner
from dbmigration.session.fence import Fence
from dbmigration.session.own_environment import destination_of, observed, own_environment
from dbmigration.session.verification import Verification
from dbmigration.session.version_table import refuse_a_table_that_is_moved, refuse_a_temporary_table, refuse_another_table
from dbmigration.state import State
from dbmigration.watch.forks import Forks
from dbmigration.watch.statements import Statements
from dbmigration.watch.step_body import followed
from dbmigration.watch.turns import Turns

if TYPE_CHECKING:
    from dbmigration.watch.unplanned import Unplanned


class Migration:
    def __init__(
        self,
        state: State,
        request: Request,
        project: Project,
        progress: Progress,
        secrets: Secrets,
        forks: Forks,
    ) -> None:
        self._state = state
        self._request = request
        self._project = project
        self._progress = progress
        self._secrets = secrets
        self._forks = forks
        self._turns = Turns(state, forks)
        self._statements = Statements(state, request)
        self._verification = Verification(state.task.own)
        self._guard = RollbackGuard(request.rollback, request.target, project.scripts)
        self._examiner = Examiner(request, project, state.started)
        self._unplanned: Unplanned | None = None
        self._record = Record(state, request, project)

    def run(self) -> None:
        """Returns when env.py has returned and every version table that it handed over was taken through its plan."""
        environment = own_environment(
            self._project,
            fn=self._on_record(self._steps),
            starting_rev=None,
            destination_rev=destination_of(self._request.target, self._state.task.target),
            tag=None,
            # What only looks does not even create the version table.
            dont_mutate=self._request.runs_nothing,
        )
        on_version_apply = self._on_record(self._on_version_apply)
        try:
            configured = self._on_record(self._on_configure)
            with observed(self._turns.take, configured, self._turns.running, on_version_apply), environment:
                # What follows may make garbage; what is imported stays to the end.
                gc.freeze()
                gc.enable()
                self._project.directory.run_env()
        except SystemExit as error:
            if error.code not in (None, 0) or self._state.course.running is not None:
                raise
        finally:
            self._statements.leave()
            if self._unplanned is not None:
                self._unplanned.leave()
        self._forks.hear()
        self._all_done()

    @property
    def _target(self) -> Target:
        assert self._state.task.target is not None
        return self._state.task.target

    def _on_configure(self, context: MigrationContext) -> None:
        """Prepares the session that env.py handed over, and stops here if the target cannot be reached from its rows."""
        connection = context.connection
        self._state.course.configured = True
        if self._state.task.graph is None:
            scripts.read(self._state.task, self._project, self._request)
        if not isinstance(connection, Connection):
            raise Refusal(
                CONFIGURATION_ERROR,
                f"{self._project.env_py} called context.configure() without a connection. Without --sql it has to connect, "
                "as the env.py that `alembic init` writes does in run_migrations_online().",
            )
        self._secrets.add([connection.engine.url.password])
        session = self._state.course.session = self._verification.open_session(connection)
        self._state.course.server_version = session.server_version
        address = address_of(connection)
        self._state.course.doubts += self._verification.verify(session, connection, address)
        table = session.prepare(self._request, context.version_table, context.version_table_schema)
        refuse_a_temporary_table(table)
        refuse_a_table_that_is_moved(context, table)
        refuse_another_table(self._request.version_table, table, self._has_run_before)
        lock.acquire(session, table, self._request.timeouts.busy, self._waiting)
        self._state.course.waiting = None
        self._examiner.follow(context)
        place = str(address or connection.engine.url)
        rows, system = row_security.visible_rows(session, table, self._request), server_identity.system(session.query)
        database = Database(session, table, place, rows, invalid_indexes.read(session.query), system)
        if self._request.drop_invalid_indexes and not self._request.runs_nothing:
            from dbmigration.indexes.leftover_indexes import LeftoverIndexes

            database.leftover = LeftoverIndexes(self._state.traffic, session, table, self._project.env_py, self._progress.emit)
        self._statements.leftover = database.leftover
        self._state.course.begin(database, self._state.traffic.take_error())
        refuse_overlong(rows, self._project.graph, str(table))
        self._secrets.vouch_for(vouched_words.words(self._state))
        self._record.find_target(database, self._has_run_before)
        self._keep_order(database, context)
        self._statements.follow()
        made = self._plan(database)
        if database.leftover is not None:
            database.leftover.drop_left()
            database.invalid_before = invalid_indexes.read(session.query)
        self._progress.emit(
            "plan", versionTable=str(table), before=made.before, target=self._target.revisions, **made.summary()
        )

    def _keep_order(self, database: Database, context: MigrationContext) -> None:
        """Of the attempts of one resource the newest has the last word."""
        attempt = Attempt.of(self._request, self._target)
        if attempt is None:
            return
        fence = database.fence = Fence(
            self._state.traffic,
            database.session,
            database.table,
            attempt,
            database.before,
            self._request.claimants,
            self._request.setup,
            self._has_run_before,
        )
        fence.before_plan()
        create = context._ensure_version_table

        def created(*args: Any, **kw: Any) -> None:
            if not database.before:
                # Where the plan may not run there is no table to be made for it.
                self._on_record(self._examine)(database, context)
            fence.create_table(context, lambda: create(*args, **kw))

        context._ensure_version_table = created  # type: ignore[method-assign]

    @property
    def _has_run_before(self) -> bool:
        """Steps, at another version table."""
        return not self._request.runs_nothing and any(one.plan and one.plan.steps for one in self._state.course.databases[:-1])

    def _plan(self, database: Database) -> Plan:
        made = plan(self._project.graph, database.before, self._target, str(database.table))
        database.plan = made
        objections.refuse(made, database, self._request, self._project, self._has_run_before)
        self._guard.check(made)
        bookkeeping.check(made, self._project.graph, self._project.directory.revision_map, str(database.table))
        if self._examiner.wants(made):
            self._hold_to_plan()
        return made

    def _hold_to_plan(self) -> None:
        from dbmigration.watch.unplanned import Unplanned

        self._unplanned = self._unplanned or Unplanned(self._state, self._request, self._examiner)
        self._unplanned.follow()

    def _steps(self, rows: tuple[str, ...], context: MigrationContext) -> Iterator[Any]:
        """What Alembic asks for."""
        self._state.stop.check()
        database = self._state.course.database
        assert database is not None
        if database.fence is not None:
            database.fence.before_steps()
        found = tuple(sorted(rows))
        if database.plan is None or found != database.before:
            # What env.py did in between, to the search path for instance, decides which rows Alembic sees.
            database.before = found
            database.examined = None
            self._plan(database)
        assert database.plan is not None
        self._record.look_back(database)
        self._examine(database, context)
        steps = () if self._request.only_plans else database.plan.steps
        self._record.begin(database, steps)
        if database.fence is not None and steps:
            database.fence.hide_new_table()
        return self._one_by_one(database, steps, context.version_table_schema is None)

    def _examine(self, database: Database, context: MigrationContext) -> None:
        """What the plan would delete, and whether it may; once, under the lock, as env.py has left the session."""
        made = database.plan
        if made is None or database.examined is not None:
            return
        database.examined = self._examiner.examine(
            context, database.session, database.table, made, lambda: self._record.last(database)
        )
        if database.examined is None or planned.is_told_later(self._state, self._progress):
            return
        has_served = partial(self._record.has_served, database)
        refusal = self._examiner.refusal(made, database.examined, database.table, self._has_run_before, has_served)
        if refusal is not None:
            plans.show(plans.examined(self._state)[-1:], self._progress)
            raise refusal

    def _one_by_one(self, database: Database, steps: tuple[Step, ...], by_path: bool) -> Iterator[Any]:
        """Each step is handed out when the one before it is done."""
        revision_map = self._project.directory.revision_map
        for number, step in enumerate(steps, 1):
            self._state.stop.check()
            database.session.name(f"{self._request.name} {number}/{len(steps)} {step.revision}")
            running = self._state.course.running = Running(step, number, len(steps))
            database.begin(running)
            self._progress.step(running, "running")
            script: Any = revision_map.get_revision(step.revision)
            make = MigrationStep.upgrade_from_script if step.is_upgrade else MigrationStep.downgrade_from_script
            made = make(revision_map, script)
            body = self._statements.seen_to_its_end(made.migration_fn)
            body = search_path.kept(body, database.session, database.table, by_path)
            made.migration_fn = wraps(body)(self._on_record(followed(body, running, database, self._state.traffic)))
            yield made
        self._state.stop.check()
        database.finished = True

    def _on_version_apply(self, ctx: MigrationContext, step: Any, heads: set[str], run_args: Any, **_: Any) -> None:
        """Called by Alembic inside the transaction of a step, after its version row is written: the last word on it."""
        running = self._state.course.running
        database = self._state.course.database
        if running is None or database is None or step.is_stamp:
            return
        if heads != running.step.rows:
            raise bookkeeping.wrong_rows(running.step, heads, str(database.table))
        if running.indexes_touched:
            own = database.leftover.is_own if database.leftover is not None else None
            read = invalid_indexes.read(database.session.query)
            invalid_indexes.refuse(read, database.invalid_before, running.indexes_touched, running.step.revision, own)
        self._record.keep(database, running, self._target)
        self._state.course.running = None
        running.finished = True
        if database.session.autocommit:
            database.committed.append(tuple(sorted(heads)))
        self._progress.step(running, "done")

    def _on_record(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """env.py may catch what is raised here; the run ends with it all the same."""

        def call(*args: Any, **kw: Any) -> Any:
            self._forks.refuse()
            try:
                return function(*args, **kw)
            except Refusal as refusal:
                self._state.stop.by(refusal)
                raise

        return call

    def _all_done(self) -> None:
        self._state.traffic.current = None
        error = unfinished.error(self._state, self._project.env_py) or planned.refusal(self._state, self._progress)
        if error is not None:
            raise error

    def _waiting(self, holder: str) -> None:
        self._state.course.waiting = holder
        self._progress.emit("waiting", what="another migration", holder=holder)
