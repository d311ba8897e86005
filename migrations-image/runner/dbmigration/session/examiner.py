"""Looks at a plan in the session that migrates, as env.py has left it, at the last moment before its first step."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbmigration.planning import configuration, decision
from dbmigration.planning.reversibility import Reversibility
from dbmigration.session.address import address_of
from dbmigration.session.server_identity import SYSTEM

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from dbmigration.planning.examination import Examination, StepExamination
    from dbmigration.planning.findings import Loss
    from dbmigration.planning.plan import Plan, Step
    from dbmigration.planning.project import Project
    from dbmigration.planning.request import Request
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
    def __init__(self, request: Request, project: Project) -> None:
        self._request = request
        self._project = project
        self._arguments: Mapping[str, Any] = {}
        self._fingerprints: dict[str, str] = {}
        self._reversibility = Reversibility()

    def follow(self, context: MigrationContext) -> None:
        """Remembers with what env.py calls context.run_migrations(): the scripts are given the same."""
        run = context.run_migrations

        def running(**kw: Any) -> None:
            self._arguments = kw
            run(**kw)

        context.run_migrations = running  # type: ignore[method-assign]

    def examine(
        self, context: MigrationContext, session: Session, table: VersionTable, plan: Plan, last: Last
    ) -> Examination | None:
        """None where nobody wants to know."""
        wanted = self._request.only_plans or decision.needs_examination(plan, self._request.approval)
        return self._examined(context, session, table, plan, last) if plan.steps and wanted else None

    def refusal(
        self, plan: Plan, examined: Examination, table: VersionTable, run_before: bool, has_served: Callable[[str], bool]
    ) -> Refusal | None:
        """Why the plan may not run now; None where it may. `has_served` says whether an override has, as the database
        remembers."""
        if self._request.only_plans:
            return decision.planned(plan, examined, str(table), run_before)
        assert self._request.approval is not None
        return decision.refusal(plan, examined, self._request.approval, str(table), run_before, has_served)

    def _examined(
        self, context: MigrationContext, session: Session, table: VersionTable, plan: Plan, last: Last
    ) -> Examination:
        # Most runs have no use for these.
        from dbmigration.planning.digest import Covered, unspent
        from dbmigration.planning.examination import Examination
        from dbmigration.planning.losses import Losses
        from dbmigration.session import ran_note
        from dbmigration.session.aside import Aside
        from dbmigration.session.catalog import DatabaseCatalog
        from dbmigration.session.hidden_code import HiddenCode

        ran = ran_note.read(session, table)
        latest = last()
        aside = Aside(session, _LIMIT)
        with aside.opened():
            rendered = [(step, self._rendered(context, step)) for step in plan.steps]
            again = [self._rendered(context, step) for step in plan.steps]
        with aside.opened():
            server = self._server(aside, context)
            losses = Losses(DatabaseCatalog(aside))
            hidden = HiddenCode(aside.ask)
            does = []
            steps = []
            for (step, one), second in zip(rendered, again):
                told = len(losses.found)
                found = [effect for statement in one.statements for effect in self._effects(statement, hidden)]
                losses.follow(step.revision, found, one.problem or self._besides(context))
                steps.append(self._step(step, one, list(losses.found.values())[told:]))
                # Where the statements are others each time, as with the present time in them, what they do has to be enough.
                is_settled = second.statements == one.statements
                does.append(one.statements if is_settled else [repr(effect) for effect in found])
                if one.problem:
                    # Nobody knows which of them it reads.
                    does.append([self._files()])
        covered = Covered(
            before=plan.before,
            after=plan.after,
            steps=[(step.revision, step.direction, self._fingerprint(self._path(step))) for step in plan.steps],
            does=does,
            env_py=self._fingerprint(self._project.env_py),
            section=configuration.section_as_written(self._project.config),
            # In whichever order the request has them.
            arguments=sorted(self._request.arguments),
            database=(server, session.database, str(table)),
            ran=ran,
            last=latest,
        )
        approval = self._request.approval
        digest = unspent(covered, approval.spent if approval else ())
        return Examination(digest, tuple(losses.found.values()), steps)

    @staticmethod
    def _effects(statement: str, hidden: HiddenCode) -> list[Effect]:
        from dbmigration.sql import effects

        return [*effects.read(statement), *hidden.effects(statement)]

    @staticmethod
    def _besides(context: MigrationContext) -> str | None:
        """What is run with each step that is none of its own. One of these is the runner's."""
        return "env.py has its own on_version_apply" if len(context.on_version_apply_callbacks) > 1 else None

    def _files(self) -> str:
        from dbmigration.planning import project_files

        return project_files.fingerprint([os.getcwd(), str(self._project.directory.dir)])

    def _step(self, step: Step, rendered: Rendered, losses: Sequence[Loss]) -> StepExamination:
        from dbmigration.planning.examination import StepExamination

        script = self._project.scripts[step.revision]
        flaw = None if step.is_upgrade else self._reversibility.flaw(script.module)
        return StepExamination(step, script.doc or "", flaw, losses, rendered.statements, rendered.problem)

    def _rendered(self, context: MigrationContext, step: Step) -> Rendered:
        from dbmigration.session.rendering import render

        return render(context, self._path(step), step.is_upgrade, self._arguments)

    def _path(self, step: Step) -> str:
        return str(self._project.scripts[step.revision].path)

    def _fingerprint(self, path: str) -> str:
        if path not in self._fingerprints:
            from dbmigration.planning.digest import fingerprint

            self._fingerprints[path] = fingerprint(Path(path).read_bytes())
        return self._fingerprints[path]

    def _server(self, aside: Aside, context: MigrationContext) -> str:
        """That of the data, which stays the same when a standby takes over; or else where it was found."""
        from dbmigration.planning.holdings import Unanswered

        try:
            return str(aside.ask(SYSTEM)[0][0])
        except Unanswered:
            connection: Any = context.connection
            return str(address_of(connection) or connection.engine.url.host)
