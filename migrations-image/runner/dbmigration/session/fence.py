"""Which attempt of a resource is the newest, noted in the database and asked there under the lock: an older one does nothing.

A Job that was deleted may start after all, and a Pod may start twice; the last to get the lock would decide where the
database ends. The note is committed before the first step, so that a newer attempt keeps older ones out even if it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from dbmigration.planning import attempts
from dbmigration.planning.attempts import Attempt
from dbmigration.reasons import SUPERSEDED
from dbmigration.refusal import Refusal
from dbmigration.session import notes, places
from dbmigration.session.observer_session import in_place_of
from dbmigration.session.places import Place
from dbmigration.sql.quote import literal

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from dbmigration.session.session import Ask, Session
    from dbmigration.session.traffic import Traffic
    from dbmigration.session.version_table import VersionTable

_DATABASE = """
SELECT d.oid::pg_catalog.text FROM pg_catalog.pg_database d
WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
"""
# Beside the version table, or else where the role creates what it does not say a schema for.
_SCHEMA = """
SELECT n.nspname::pg_catalog.text
FROM pg_catalog.pg_namespace n
WHERE pg_catalog.has_schema_privilege(n.oid, 'CREATE')
AND (n.nspname OPERATOR(pg_catalog.=) {schema}::pg_catalog.name
     OR n.nspname OPERATOR(pg_catalog.=) ANY (pg_catalog.current_schemas(false)))
ORDER BY n.nspname OPERATOR(pg_catalog.<>) {schema}::pg_catalog.name,
         pg_catalog.array_position(pg_catalog.current_schemas(false), n.nspname)
LIMIT 1
"""


class Superseded(Refusal):
    """Another attempt came before this one, although it is newer."""

    def __init__(self, newest: Attempt, message: str) -> None:
        super().__init__(SUPERSEDED, message)
        self.newest = newest


class Fence:
    """That of one version table, for one attempt."""

    def __init__(
        self,
        traffic: Traffic,
        session: Session,
        table: VersionTable,
        attempt: Attempt,
        rows: Collection[str],
        claimants: Collection[str],
        setup: str | None,
        run_before: bool,
    ) -> None:
        """`rows` are those that it finds; `run_before` says whether steps were run already, at another version table."""
        self._traffic = traffic
        self._claimants = claimants
        self._setup = setup
        self._run_before = run_before
        self.advice: list[str] = []
        """What the user should know about it."""
        self._session = session
        self._table = table
        self.attempt = attempt._replace(database=str(session.query(_DATABASE)[0][0]))
        self._rows = rows
        self.first_rows: tuple[str, ...] | None = None
        """Those that this attempt found when it was here before, in another Pod; None when it was not."""
        self._noted = False
        self._refused: str | None = None
        """What the server said to the note, if that is why there is none."""
        self._table_is_ours_alone = False
        """It is created by the transaction that is open, and nobody else sees it."""
        self._table_is_new = False
        """It was created and committed beside the transaction that is open."""

    def before_plan(self) -> None:
        """Ends here if a newer attempt was here; otherwise keeps older ones out, if env.py's role can do it now."""
        self.check()
        self._note(may_create=False)

    def before_steps(self) -> None:
        """What could not be noted before: env.py may have taken on another role since."""
        if self._noted:
            return
        self.check()
        self._note(may_create=True)
        if not self._noted and self._table_place() is not None:
            self.advice.append(self._not_noted())

    def _not_noted(self) -> str:
        danger = "it could not be noted which attempt is the newest: one that Kubernetes starts late could undo it"
        if self._refused is not None:
            return (
                f"the server refuses a comment on {self._table} ({self._refused}), so {danger}. Let the role "
                f"{self._session.user} write one (COMMENT ON TABLE {self._table.quoted})."
            )
        return (
            f"{self._table} belongs to another role than {self._session.user}, which may create nothing in its schema either, "
            f"so {danger}. Let the role of the Secret own the version table (ALTER TABLE {self._table.quoted} OWNER TO …)."
        )

    def create_table(self, context: MigrationContext, create: Callable[[], None]) -> None:
        """Called instead of Alembic's own `create`, at the same moment: with all that env.py has set by then."""
        if self._noted or self._table_place() is not None:
            create()
            return
        if self._session.is_in_open_transaction:
            # What fails in this transaction takes the table back, and the note with it.
            try:
                in_place_of(self._session, lambda ask: self._create_beside(ask, context))
                self._noted = self._table_is_new = True
            except Exception:
                # The schema may not be committed either, or another session not be allowed: then as Alembic does it.
                self._table_is_ours_alone = True
        create()

    def hide_new_table(self) -> None:
        """As long as the first steps are not committed: a plain `alembic` would begin at base, too, if it could read it."""
        if self._table_is_new:
            sql = f"LOCK TABLE {self._table.quoted} IN ACCESS EXCLUSIVE MODE"
            with self._traffic.own(self._session, sql):
                self._session.query(sql)

    def check_again(self) -> None:
        """In the midst of a step that gave up the lock for a moment."""
        self._run_before = True
        self.check()

    def check(self) -> None:
        """Raises if this attempt is not the newest."""
        newest = attempts.newest(self.noted(), self.attempt.name)
        if newest is not None and newest.is_newer_than(self.attempt):
            raise self._supersession(newest)

    def noted(self) -> list[Attempt]:
        """Whatever any resource has noted, in each of the places."""
        return [attempt for place in self._places() for attempt in place.attempts]

    def _supersession(self, newest: Attempt) -> Superseded:
        mine = self.attempt
        who = f"attempt {newest.attempt}" if newest.uid == mine.uid else str(newest)
        whose = "" if newest.uid == mine.uid else ", a resource that was deleted and made again since"
        return Superseded(
            newest,
            f"this is {mine}{whose}, and {who} is newer and was at {self._table} already: nothing "
            f"{'more ' * self._run_before}was run. What became of the database, the newer one says; nothing has to be done.",
        )

    def _create_beside(self, ask: Ask, context: MigrationContext) -> None:
        from sqlalchemy.engine.mock import MockConnection

        created: list[str] = []
        dialect = self._session.engine.dialect
        writer: Any = MockConnection(dialect, lambda sql, *_, **__: created.append(str(sql.compile(dialect=dialect))))
        context._version.create(writer, checkfirst=False)
        for sql in created:
            ask(sql)
        ask(notes.statement("TABLE", self._table.quoted, self._with_entry(notes.Comment())))

    def _note(self, may_create: bool) -> None:
        there = self._places()
        found = (attempts.found(place.comment.notes.get(notes.FOUND), self.attempt) for place in there)
        self.first_rows = next((rows for rows in found if rows is not None), None)
        place = next((place for place in there if place.is_ours), None)
        if place is not None and self.attempt.after(self._former(place)) in place.attempts:
            # A Pod that starts twice.
            self._noted = True
            return
        if place is None and may_create and there:
            place = self._sequence()
        if place is not None:
            self._noted = self._write(place)

    def _write(self, place: Place) -> bool:
        """Whether it is noted: committed if that can be, and else with the first steps."""
        statements = [notes.statement(place.kind, place.quoted, self._with_entry(place.comment))]
        if place.kind == "SEQUENCE":
            statements.insert(0, f"CREATE SEQUENCE IF NOT EXISTS {place.quoted}")
        if self._session.is_in_open_transaction and self._write_beside(statements):
            return True
        self._refused = places.write(self._traffic, self._session, statements)
        return self._refused is None

    def _write_beside(self, statements: list[str]) -> bool:
        def beside(ask: Ask) -> None:
            for sql in statements:
                ask(sql)

        if self._table_is_ours_alone:
            return False
        try:
            in_place_of(self._session, beside)
        except Exception:
            # Its role, or a lock of the open transaction, is in the way. In there it is committed with the steps.
            return False
        return True

    def _with_entry(self, comment: notes.Comment) -> notes.Comment:
        known = attempts.parse(comment.notes.get(notes.ATTEMPTS))
        mine = self.attempt.after(attempts.newest(known, self.attempt.name))
        noted = attempts.note(known, mine, self._claimants)
        names = [entry["name"] for entry in noted]
        found = attempts.note_found(comment.notes.get(notes.FOUND), mine, self._rows, names, self._setup)
        return comment.with_note(notes.ATTEMPTS, noted).with_note(notes.FOUND, found)

    def _former(self, place: Place) -> Attempt | None:
        return attempts.newest(place.attempts, self.attempt.name)

    def _sequence(self) -> Place | None:
        found = self._session.query(_SCHEMA.format(schema=literal(self._table.schema)))
        return Place("SEQUENCE", str(found[0][0]), places.sequence_name(self._table), True, notes.Comment()) if found else None

    def _table_place(self) -> Place | None:
        return next((place for place in self._places() if place.kind == "TABLE"), None)

    def _places(self) -> list[Place]:
        return places.of(self._session, self._table)
