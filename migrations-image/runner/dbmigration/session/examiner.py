"""Looks at a plan in the session that migrates, as env.py has left it, at the last moment before its first step."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dbmigration.planning import signatures
from dbmigration.planning.approval import needs_examination
from dbmigration.planning.fingerprint import fingerprint
from dbmigration.session.address import address_of
from dbmigration.session.server_identity import SYSTEM

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from dbmigration.planning.examination import Examination, StepExamination
    from dbmigration.planning.findings import Loss
    from dbmigration.planning.plan import Plan, Step
    from dbmigration.planning.project import Project
    from dbmigration.planning.request import Request
    from dbmigration.planning.reversibility import Reversibility
    from dbmigration.refusal import Refusal
    from dbmigration.session.aside import Aside
    from dbmigration.session.hidden_code import HiddenCode
    from dbmigration.session.rendering import Rendered
    from dbmigration.session.session import Session
    from dbmigration.session.version_table import VersionTable
    from dbmigration.sql.effect import Effect

Last = Callable[[], Sequence[Any]]
"""What the history says of the step that was run last."""

# For each question to the database, in seconds.
_LIMIT = 5.0


class Examiner:
    def __init__(self, request: Request, project: Project, started: float) -> None:
        """`started` is the monotonic clock's time of the process."""
        self._request = request
        self._project = project
        self._started = started
        self._arguments: Mapping[str, Any] = {}
        self._fingerprints: dict[str, str] = {}
        self._directory = os.getcwd()
        self._reversibility: Reversibility | None = None
        self._hidden: HiddenCode | None = None
        self._made: set[str] = set()
        """Functions, by the statements of the plan that were read, or since that were sent."""

    def follow(self, context: MigrationContext) -> None:
        """Remembers with what env.py calls context.run_migrations(): the scripts are given the same."""
        run = context.run_migrations

        def running(**kw: Any) -> None:
            self._arguments = kw
            run(**kw)

        context.run_migrations = running  # type: ignore[method-assign]

    def wants(self, plan: Plan) -> bool:
        """Whether anybody wants to know what it does."""
        return self._request.only_plans or needs_examination(plan, self._request.approval)

    def examine(
        self, context: MigrationContext, session: Session, table: VersionTable, plan: Plan, last: Last
    ) -> Examination | None:
        """None where nobody wants to know. A plan of which a script cannot even be called is refused."""
        signatures.refuse(plan.steps, self._project.scripts, self._arguments, self._project.env_py)
        return self._examined(context, session, table, plan, last) if plan.steps and self.wants(plan) else None

    def refusal(
        self, plan: Plan, examined: Examination, table: VersionTable, run_before: bool, has_served: Callable[[str], bool]
    ) -> Refusal | None:
        """Why the plan may not run now; None where it may. `has_served` says whether an override has, as the database
        remembers."""
        assert self._request.approval is not None
        from dbmigration.planning import decision

        return decision.refusal(plan, examined, self._request.approval, str(table), run_before, has_served)

    def _examined(
        self, context: MigrationContext, session: Session, table: VersionTable, plan: Plan, last: Last
    ) -> Examination:
        # Most runs have no use for these.
        from dbmigration.planning import configuration, sent
        from dbmigration.planning.digest import Covered, unspent
        from dbmigration.planning.examination import Examination
        from dbmigration.planning.losses import Losses
        from dbmigration.planning.own_values import OwnValues
        from dbmigration.session import own_pod, ran_note
        from dbmigration.session.aside import Aside
        from dbmigration.session.catalog import DatabaseCatalog
        from dbmigration.session.hidden_code import HiddenCode

        ran = ran_note.read(session, table)
        latest = last()
        aside = Aside(session, _LIMIT)
        rendered, again = self._rendered(context, plan)
        now = time.time()
        own = OwnValues(now - (time.monotonic() - self._started), now, own_pod.names())
        with aside.opened():
            server = self._server(aside, context)
            catalog = DatabaseCatalog(aside)
            losses = Losses(catalog)
            self._hidden, self._made = HiddenCode(aside.ask), set()
            besides = self._besides(context)
            does = []
            steps = []
            for step, one, second in zip(plan.steps, rendered, again):
                told = len(losses.found)
                effects = [self.effects(statement) for statement in one.statements]
                found = [effect for some in effects for effect in some]
                if second.statements != one.statements:
                    # What is read a second time may do more.
                    known = set(found)
                    found += [effect for more in second.statements for effect in self.effects(more) if effect not in known]
                problem = one.problem or second.problem
                losses.follow(step.revision, found, problem or besides)
                held = None if problem or besides else frozenset(found)
                steps.append(self._step(step, replace(one, problem=problem), list(losses.found.values())[told:], held))
                does.append(sent.covered(one.sent, second.sent, [list(map(repr, some)) for some in effects], own))
                if problem:
                    # Nobody knows which of them it reads.
                    does.append([self._files()])
        self._made = set()
        covered = Covered(
            before=plan.before,
            after=plan.after,
            steps=[(step.revision, step.direction, self._fingerprint(self._path(step))) for step in plan.steps],
            does=does,
            env_py=self._fingerprint(self._project.env_py),
            section=configuration.section_as_written(self._project.config),
            # In whichever order the request has them.
            arguments=sorted(self._request.arguments),
            database=(server, session.database, str(table), *catalog.path),
            ran=ran,
            last=latest,
        )
        approval = self._request.approval
        digest = unspent(covered, approval.spent if approval else ())
        return Examination(digest, tuple(losses.found.values()), steps)

    def effects(self, statement: str) -> list[Effect]:
        """With those of the database's own code, as it was when a plan was looked at last."""
        from dbmigration.sql import effects

        return [*effects.read(statement), *(self._hidden.effects(statement, self._made) if self._hidden is not None else ())]

    @staticmethod
    def _besides(context: MigrationContext) -> str | None:
        """What is run with each step that is none of its own. One of these is the runner's."""
        return "env.py has its own on_version_apply" if len(context.on_version_apply_callbacks) > 1 else None

    def _files(self) -> str:
        from dbmigration.planning import project_files

        return project_files.fingerprint([os.getcwd(), str(self._project.directory.dir)])

    def _step(
        self, step: Step, rendered: Rendered, losses: Sequence[Loss], effects: frozenset[Effect] | None
    ) -> StepExamination:
        from dbmigration.planning.examination import StepExamination

        script = self._project.scripts[step.revision]
        flaw = None if step.is_upgrade else self._flaw(script.module)
        return StepExamination(step, script.doc or "", flaw, losses, rendered.statements, rendered.problem, effects)

    def _flaw(self, module: ModuleType) -> str | None:
        from dbmigration.planning.reversibility import Reversibility

        self._reversibility = self._reversibility or Reversibility(self._directory)
        return self._reversibility.flaw(module)

    def _rendered(self, context: MigrationContext, plan: Plan) -> tuple[Sequence[Rendered], Sequence[Rendered]]:
        """All steps, twice from the same beginning."""
        from dbmigration.session.rendering import render_apart

        scripts = [(self._path(step), step.is_upgrade) for step in plan.steps]
        return render_apart(context, scripts, self._arguments)

    def _path(self, step: Step) -> str:
        return str(self._project.scripts[step.revision].path)

    def _fingerprint(self, path: str) -> str:
        if path not in self._fingerprints:
            self._fingerprints[path] = fingerprint(Path(path).read_bytes())
        return self._fingerprints[path]

    def _server(self, aside: Aside, context: MigrationContext) -> str:
        """That of the data, which stays the same when a standby takes over; or else where it was found."""
        from dbmigration.planning.unanswered import Unanswered

        try:
            return str(aside.ask(SYSTEM)[0][0])
        except Unanswered:
            connection: Any = context.connection
            return str(address_of(connection) or connection.engine.url.host)
