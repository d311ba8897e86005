"""What the project has databases do by itself, before it hands its connection over, as by metadata.create_all().

It is done outside of the lock, the plan and the comparison of the databases. Where nothing is to be run, what makes or drops
objects of a schema is not sent, and where a plan is asked for, nothing that deletes.
"""

from __future__ import annotations

from typing import Any, NoReturn

from dbmigration.course import EarlyWrite
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.session.address import address_of
from dbmigration.sql import writing
from dbmigration.state import State
from dbmigration.watch.author import author


class EarlyStatements:
    def __init__(self, state: State) -> None:
        self._state = state

    def follow(self) -> None:
        """Those of every engine. One that is used without SQLAlchemy is not seen."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)

    def _before(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        request = self._state.task.request
        if request is None or not request.runs_nothing:
            return
        written = self._written(connection, statement)
        found = next((one for one in written if one.is_for_once), None)
        if found is not None:
            remedy = f"Most likely it is {found.call}: take it out, since tables are a matter of the migration scripts, and"
            self._refuse(found, remedy)
        if written and request.only_plans and not self._state.course.configured and _takes_away(statement):
            self._refuse(written[0], "Take it out, or let it depend on a migration that runs, and")

    def _refuse(self, found: EarlyWrite, remedy: str) -> NoReturn:
        refusal = Refusal(
            CONFIGURATION_ERROR,
            f"{found.who} was about to send {found.head} to the database {found.database} on {found.place} by itself, and "
            f"this Job only looks: that was not sent. {remedy} build the image again.",
        )
        # Whoever sends it may catch this; the run ends with it all the same.
        self._state.stop.by(refusal)
        raise refusal

    def _after(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not self._state.course.configured:
            self._state.course.early += self._written(connection, statement)

    def _written(self, connection: Any, statement: str) -> list[EarlyWrite]:
        found = writing.read(statement)
        if not found or connection.dialect.name != "postgresql":
            return []
        url = connection.engine.url
        place = str(address_of(connection) or url)
        who = author(self._state)
        return [EarlyWrite(who, one.head, url.database, place, one.is_for_once) for one in found]


def _takes_away(statement: str) -> bool:
    from dbmigration.planning import coverage
    from dbmigration.sql import effects

    return any(coverage.takes_away(effect) for effect in effects.read(statement))
