"""Rows of a version table that env.py writes by itself: a revision would count as applied whose step nobody has run.

It is refused like a run of Alembic's own, in every mode and before anything is sent. What the script of a step does to them is
judged by the rows that Alembic finds behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from dbmigration.session import threads
from dbmigration.state import State

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from dbmigration.sql.effect import Effect

# Alembic's own name for it.
_USUAL = "alembic_version"
# Without one of them, in whatever statement, no row is written.
_WRITING = ("insert", "update", "delete", "merge", "truncate", "copy", "drop")


class VersionRows:
    def __init__(self, state: State, refuse: Callable[[str], NoReturn]) -> None:
        """`refuse` is told what env.py does."""
        self._state = state
        self._refuse = refuse

    def guard(self) -> None:
        from alembic.runtime.migration import MigrationContext
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        stamp = MigrationContext.stamp

        def stamped(context: MigrationContext, *args: Any, **kw: Any) -> None:
            # Before it makes the table for them.
            if not context.as_sql and not self._is_in_a_step:
                self._stop("stamps the version table")
            stamp(context, *args, **kw)

        MigrationContext.stamp = stamped  # type: ignore[method-assign,assignment]
        event.listen(Engine, "before_cursor_execute", self._before)

    def _before(self, connection: Any, _cursor: Any, statement: str, values: Any, context: Any, _many: bool) -> None:
        if threads.is_own() or self._is_in_a_step or connection.dialect.name != "postgresql":
            return
        text = statement.lower()
        if not any(word in text for word in _WRITING):
            return
        if "%" in statement:
            from dbmigration.session.driver_text import as_the_server_reads_it

            statement = as_the_server_reads_it(statement, values, context)
        text, tables = _bare(statement), set(self._tables())
        if any(_bare(table) in text for _, table in tables):
            from dbmigration.sql import effects

            if any(self._writes(effect, tables) for effect in effects.read(statement)):
                self._stop("writes the version table")

    def _stop(self, does: str) -> NoReturn:
        step = self._state.course.running
        if step is not None and step.error is not None:
            # It is that failure which env.py is about to hide.
            raise step.error
        self._refuse(does)

    @property
    def _is_in_a_step(self) -> bool:
        """The row that Alembic writes behind its script is of it; what env.py does when the step has failed is not."""
        step = self._state.course.running
        return step is not None and (step.under_way or step.error is None)

    def _tables(self) -> Iterator[tuple[str | None, str]]:
        """With their schemas, where these are known."""
        yield None, _USUAL
        request = self._state.task.request
        if request is not None and request.version_table is not None:
            # Either may have dots of its own.
            parts = request.version_table.split(".")
            for place in range(len(parts)):
                yield ".".join(parts[:place]) or None, ".".join(parts[place:])
        for database in self._state.course.databases:
            yield database.table.schema, database.table.table

    def _writes(self, effect: Effect, tables: set[tuple[str | None, str]]) -> bool:
        from dbmigration.sql import effect as made

        if isinstance(effect, made.Unknown):
            # Such as a block of code: it names the table, and has a word that writes.
            return True
        request = self._state.task.request
        kinds: tuple[Any, ...] = (made.Insert, made.Update, made.Delete, made.Merge, made.Truncate)
        if request is not None and request.runs_nothing:
            kinds += (made.DropTable,)
        if not isinstance(effect, kinds):
            return False
        schema, table = effect.table
        return any(table == its and (None in (schema, where) or where == schema) for where, its in tables)


def _bare(text: str) -> str:
    """In which a name is found however its quotes are doubled."""
    return text.lower().replace('"', "").replace("'", "")
