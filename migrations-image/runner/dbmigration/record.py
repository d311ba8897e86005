"""What is kept in the database of what was run: the note of the plan, and the history. And what that is good for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbmigration.planning import edits
from dbmigration.planning.attempts import Attempt
from dbmigration.planning.target import is_instant
from dbmigration.planning.unanswered import Unanswered
from dbmigration.session import history_table, past
from dbmigration.session.history import Author, Entry, History

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dbmigration.course import Database, Running
    from dbmigration.planning.plan import Step
    from dbmigration.planning.project import Project
    from dbmigration.planning.request import Request
    from dbmigration.planning.target import Target
    from dbmigration.state import State


class Record:
    def __init__(self, state: State, request: Request, project: Project) -> None:
        self._state = state
        self._request = request
        self._project = project

    def find_target(self, database: Database, run_before: bool) -> None:
        """Where it is an instant: from the history of this version table, under the lock."""
        target, table = self._request.target, database.table
        if not is_instant(target):
            return
        from dbmigration.planning import instants

        if not self._request.keeps_history:
            raise instants.unknown(target, "spec.history is Disabled.")
        found = history_table.look(database.session)
        if not found.is_there:
            raise instants.unknown(target, f"database {database.session.database} has no {history_table.NAME}.")
        if found.unreadable is not None:
            raise instants.unknown(target, found.unreadable)
        try:
            known = past.known(database.session, table)
        except Unanswered as why:
            raise instants.unknown(target, f"{history_table.NAME}: {why}.") from why
        resolved = instants.resolve(target, known, database.before, self._project.graph, str(table))
        before = self._state.task.target
        if before is not None:
            instants.refuse_another(target, resolved, before, str(table), run_before)
        self._state.task.target = resolved
        database.advice.append(instants.told(target, resolved))

    def last(self, database: Database) -> list[Any]:
        """The last entry of the history, for the digest; nothing where there is none that can be believed."""
        kept = self._history(database)
        return [] if kept is None else kept.last()

    def has_served(self, database: Database, override: str) -> bool:
        """Whether the history has it of an earlier attempt of this resource: a status that is lost remembers nothing."""
        kept, made = self._history(database), self._request.resource
        return (
            kept is not None
            and made is not None
            and kept.has_served(override, self._request.name, made.uid, self._request.attempt)
        )

    def look_back(self, database: Database) -> None:
        """Before the plan is judged, as env.py has left the session: which scripts were edited since they were applied."""
        kept = self._history(database)
        if kept is not None and kept.found.is_there:
            warning = self._warning(database, kept.found)
            database.advice += [warning] if warning else []

    def begin(self, database: Database, steps: Sequence[Step]) -> None:
        """Before the first step, if there is one."""
        if database.kept is not None and database.plan is not None and steps:
            database.advice += database.kept.begin(database.plan.before)

    def keep(self, database: Database, running: Running, target: Target) -> None:
        """In the transaction of a step, after its row is written."""
        request, step, examined, approval = self._request, running.step, database.examined, self._request.approval
        attempt = Attempt.of(request, target)
        if running.number == 1 and examined is not None:
            from dbmigration.session import ran_note

            note = ran_note.of(examined.digest, attempt)
            database.advice += ran_note.write(self._state.traffic, database.session, database.table, note)
        if database.kept is None:
            return
        author = Author(
            image=request.image,
            resource=None if attempt is None else attempt.name,
            uid=None if attempt is None else attempt.uid,
            attempt=None if attempt is None else attempt.attempt,
            plan=None if examined is None else examined.digest,
            approver=approval.by if approval and examined and approval.is_given_to(examined.digest) else None,
            override=approval.override if approval else None,
        )
        script = edits.fingerprint_of(self._project.scripts[step.revision])
        entry = Entry(step.revision, step.direction, tuple(step.rows), script)
        database.advice += database.kept.write(entry, author, is_last=running.number == running.of)

    def _history(self, database: Database) -> History | None:
        """As env.py has left the session; None where that was switched off."""
        if database.kept is None and self._request.keeps_history:
            database.kept = History(self._state.traffic, database.session, database.table)
        return database.kept

    def _warning(self, database: Database, found: history_table.Found) -> str | None:
        if found.unreadable is not None:
            return history_table.unread(found.unreadable)
        try:
            noted = past.last_applied(database.session, database.table)
        except Unanswered as why:
            return history_table.unread(f"{history_table.NAME}: {why}.")
        return edits.warning(self._project.graph.ancestors(database.before), noted, self._project.scripts)
