"""What is about to be sent and was in no plan that was looked at: it is not sent, and the run ends.

A script may do another thing in earnest than when it is read without a database, and env.py may delete by itself. So where a
plan is looked at, each statement is held to what its step was judged by, in the form in which the driver is given it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from dbmigration.reasons import CONFIGURATION_ERROR, MIGRATION_FAILED
from dbmigration.refusal import Refusal
from dbmigration.session import threads
from dbmigration.session.session import query, raw_of
from dbmigration.state import State
from dbmigration.watch.author import author
from dbmigration.watch.listeners import Listeners

if TYPE_CHECKING:
    from dbmigration.planning.request import Request
    from dbmigration.session.code_behind import CodeBehind
    from dbmigration.session.examiner import Examiner
    from dbmigration.sql.effect import Effect

# What operators and event triggers of the database's own do, they may do with any statement.
_LEAST = ("SELECT 1", "SET x = 1")
_ONCE = "or let spec.approval.override say why it is to run as it is, for this once"


class Unplanned:
    def __init__(self, state: State, request: Request, examiner: Examiner) -> None:
        self._state = state
        self._request = request
        self._examiner = examiner
        self._has_refused = False
        self._moved: set[tuple[int, str]] = set()
        """By what env.py set the search path or the role before a plan was looked at: sent again, it changes nothing."""
        # Those of the dialect come behind all listeners that may put another statement in its place.
        self._listeners = Listeners(
            {
                "do_execute": self._sending,
                "do_executemany": self._sending,
                "do_execute_no_params": self._sending,
                "commit": self._go_on,
            }
        )

    def follow(self) -> None:
        """On every connection, from where a plan is made that somebody wants to know."""
        self._listeners.follow()

    def leave(self) -> None:
        """When env.py has ended."""
        self._listeners.leave()

    def _sending(self, _cursor: Any, statement: str, *others: Any) -> None:
        if threads.is_own():
            return
        self._go_on()
        values, context = others[0] if others[1:] else (), others[-1]
        # Such as a file that a project keeps something in.
        is_elsewhere = context.dialect.name != "postgresql"
        if is_elsewhere or not self._is_held:
            return
        from dbmigration.session.driver_text import as_the_server_reads_it

        text = as_the_server_reads_it(statement, values, context)
        if not self._uncovered(statement, text, context):
            return
        self._state.traffic.unsend()
        if self._state.stop.refusal is None:
            self._has_refused = True
            self._state.stop.by(self._refusal(self._head(text, context)))
        # Or env.py has caught why its plan may not run.
        assert self._state.stop.refusal is not None
        raise self._state.stop.refusal

    def _go_on(self, *_: Any) -> None:
        """Not behind a refusal, which a script or env.py may catch: nothing more is sent, and nothing committed."""
        if self._has_refused and not threads.is_own():
            self._state.traffic.unsend()
            assert self._state.stop.refusal is not None
            raise self._state.stop.refusal

    @property
    def _is_held(self) -> bool:
        """Whether what runs now is held to a plan, or to delete nothing where none of its steps runs."""
        course, approval = self._state.course, self._request.approval
        examined = course.database.examined if course.database is not None else None
        is_overridden = approval is not None and (
            approval.is_overridden(examined.digest) if examined is not None else bool(approval.override)
        )
        if is_overridden and not self._request.only_plans:
            return False
        return course.running is None or self._judged is not None

    @property
    def _judged(self) -> Collection[Effect] | None:
        """By what the step that runs was; None where nobody knows all that it does, or nobody wanted to."""
        database, running = self._state.course.database, self._state.course.running
        if database is None or database.examined is None or running is None:
            return None
        return database.examined.steps[running.number - 1].effects

    def _uncovered(self, statement: str, text: str, context: Any) -> list[Effect]:
        from dbmigration.planning import coverage
        from dbmigration.session.statement import written_out

        found = list(self._left(text, context))
        if found and all(coverage.depends_on_values(effect) for effect in found):
            # With its values in it, it is read as it was for the plan.
            texts = written_out(statement, context)
            found = [effect for text in texts for effect in self._left(text, context)] if texts else found
        return found

    def _left(self, text: str, context: Any) -> Iterator[Effect]:
        """What of it nobody has looked at, and takes something away, or may."""
        from dbmigration.planning import coverage
        from dbmigration.sql.effect import Call, Insert

        found = list(coverage.uncovered(self._examiner.effects(text), self._judged or ()))
        least = {effect for one in _LEAST for effect in self._examiner.effects(one)} if found else ()
        for effect in found:
            if isinstance(effect, Call):
                harmless = not self._code(context).may_be_called(effect.function)
            elif isinstance(effect, Insert):
                harmless = self._is_of_a_version_table(effect) or not self._code(context).may_be_fired(effect.table)
            elif coverage.prepares(effect):
                harmless = self._may_prepare(effect, text)
            else:
                harmless = coverage.is_harmless(effect) or effect in least or self._is_of_a_version_table(effect)
            if not harmless:
                yield effect

    def _may_prepare(self, effect: Effect, text: str) -> bool:
        """Before a plan is looked at env.py may have it mean what it likes, and behind it no more. Meanwhile it may say again
        what it said before, as whenever a transaction begins."""
        from dbmigration.sql.effect import MoveNames

        course = self._state.course
        turn = sum(database.finished for database in course.databases)
        database = course.database
        if course.running is None and (database is None or database.examined is None or database.finished):
            self._moved.add((turn, text))
            return True
        return isinstance(effect, MoveNames) and (turn, text) in self._moved

    def _is_of_a_version_table(self, effect: Effect) -> bool:
        """As Alembic itself writes it. Whoever else does is found out by the rows."""
        from dbmigration.planning import coverage

        tables = [database.table for database in self._state.course.databases]
        return any(coverage.writes_rows_of(effect, one.table, one.schema) for one in tables)

    def _code(self, context: Any) -> CodeBehind:
        from dbmigration.session.code_behind import CodeBehind

        return CodeBehind(partial(query, raw_of(context.root_connection)))

    def _head(self, whole: str, context: Any) -> str:
        """Of the first one of the text that is not in the plan, without anybody's data."""
        from dbmigration.sql import script
        from dbmigration.sql.splitter import statements

        texts = [one.text[one.start : one.end] for one in statements(whole)]
        return script.head(next((text for text in texts if any(self._left(text, context))), whole))

    def _refusal(self, head: str) -> Refusal:
        running, database, who = self._state.course.running, self._state.course.database, author(self._state)
        if running is not None and database is not None and database.examined is not None:
            return Refusal(
                MIGRATION_FAILED,
                f"{who} was about to send {head}, and plan {database.examined.name}, as it was looked at, has no such "
                "statement: it was not sent. The script does something else when it is connected than when it is read: let it "
                f"do the same in both, and build the image again; {_ONCE}.",
                running.step.revision,
            )
        if self._request.only_plans:
            return Refusal(
                CONFIGURATION_ERROR,
                f"{who} was about to send {head} by itself, and this Job only looks: that was not sent. Take it out, or let it "
                "depend on a migration that runs, and build the image again.",
            )
        return Refusal(
            CONFIGURATION_ERROR,
            f"{who} was about to send {head} by itself, beside a plan that is looked at, whose steps do not have it: that was "
            f"not sent. Let a script of the migration do it, and build the image again; {_ONCE}.",
        )
