"""What one step would send, rendered by Alembic's own offline operations with what env.py gave to `context.configure()`.

The script is loaded anew, so that what it keeps in its module is untouched when it runs in earnest. Whatever it asks of a
database has no answer here: a step that asks cannot be rendered, and hides no other one. It is run in a copy of this
process, so that what other modules keep, such as the cache of a function, is untouched as well.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import load_python_file
from sqlalchemy import inspection, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.sql import ClauseElement

from dbmigration.planning.approval import SHOWN
from dbmigration.planning.fingerprint import fingerprint
from dbmigration.planning.sent import Sent
from dbmigration.session import apart, inserted_rows, statement
from dbmigration.session.sandbox import Sandbox
from dbmigration.session.stand_in import Unanswered, called_like

# Of those that one operation inserts; the others are known by fingerprints of all.
_MOST_ROWS = 50
_ON_A_SOCKET = "it needs a live connection (something was sent on one that was open)"
_OFFLINE = ("alembic", "dbmigration", "sqlalchemy")
# They ask for somebody else, as isinstance() does for an abstract class.
_ON_BEHALF = ("abc", "functools")


@dataclass(frozen=True)
class Rendered:
    sent: tuple[Sent, ...]
    problem: str | None = None
    """Why it could not be rendered as a whole."""

    @property
    def statements(self) -> tuple[str, ...]:
        return tuple(one.text for one in self.sent)


def render_apart(
    live: MigrationContext, scripts: Sequence[tuple[str, bool]], arguments: Mapping[str, Any]
) -> tuple[Sequence[Rendered], Sequence[Rendered]]:
    """All of them one after the other, by their paths and whether they are upgraded, and once more beside that."""

    def work(sockets: apart.Sockets) -> list[Rendered]:
        found = []
        for path, is_upgrade in scripts:
            one = render(live, path, is_upgrade, arguments)
            # By the driver alone, whose failure a script may catch.
            found.append(replace(one, problem=_ON_A_SOCKET) if sockets.have_been_written_to() else one)
        return found

    def heard(said: Callable[[], Sequence[Rendered]]) -> Sequence[Rendered]:
        try:
            return said()
        except apart.Unsaid as error:
            return [Rendered((), str(error))] * len(scripts)

    one, other = apart.begin(work), apart.begin(work)
    return heard(one), heard(other)


def render(live: MigrationContext, path: str, is_upgrade: bool, arguments: Mapping[str, Any]) -> Rendered:
    """`arguments` are those of context.run_migrations()."""
    sandbox = Sandbox()
    sink: list[Sent] = []
    problem = None
    try:
        with sandbox.closed(), _context(live, sandbox, sink) as context, _operations_of(context):
            module: Any = load_python_file(*os.path.split(path))
            function = module.upgrade if is_upgrade else module.downgrade
            function(**arguments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # Whatever went wrong, in the script or in what it leans on, will be told when it runs.
        problem = f"it raises {type(error).__name__} when it is read without a database"
    # A script that catches a refusal goes on by another way than in earnest.
    problem = f"it needs a live connection ({sandbox.refused})" if sandbox.refused else problem
    return Rendered(tuple(sink), problem)


class _Asked:
    """Who asks whether this is offline, and is not Alembic itself, would do something else in earnest."""

    _sandbox: Sandbox

    @property
    def as_sql(self) -> bool:
        if not _is_asked_by_alembic():
            self._sandbox.note("asking whether it is offline")
        return True

    @as_sql.setter
    def as_sql(self, value: bool) -> None:
        assert value

    @property
    def output_buffer(self) -> Any:
        """Where there is one it is offline."""
        if not _is_asked_by_alembic():
            self._sandbox.note("asking whether it is offline")
        return self.__dict__["output_buffer"]

    @output_buffer.setter
    def output_buffer(self, value: Any) -> None:
        self.__dict__["output_buffer"] = value


class _Options(dict[str, Any]):
    """What configure() was given, where somebody may ask the same."""

    def __init__(self, options: Mapping[str, Any], sandbox: Sandbox) -> None:
        super().__init__(options)
        self._sandbox = sandbox

    def __getitem__(self, name: str) -> Any:
        if name == "as_sql" and not _is_asked_by_alembic():
            self._sandbox.note("asking whether it is offline")
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        if name == "as_sql" and not _is_asked_by_alembic():
            self._sandbox.note("asking whether it is offline")
        return super().get(name, default)


class _Context(_Asked, MigrationContext):
    def __init__(self, live: MigrationContext, sandbox: Sandbox, sink: list[Sent]) -> None:
        self._sandbox = sandbox
        self._sink = sink
        connection: Any = live.connection
        self._options = dict(connection.get_execution_options())
        kept = {key: value for key, value in live.opts.items() if key not in ("output_encoding", "on_version_apply")}
        options = {**kept, "as_sql": True, "literal_binds": False, "starting_rev": None, "output_buffer": StringIO()}
        super().__init__(statement.plain(live.dialect), None, options, live.environment_context)
        self.opts = _Options(self.opts, sandbox)

        class Implementation(_Asked, type(self.impl)):  # type: ignore[misc]
            _sandbox = sandbox

        self.impl.__class__ = called_like(type(self.impl), Implementation)
        implementation: Any = self.impl
        implementation._exec = self._render
        implementation.bulk_insert = self._render_insert
        implementation.static_output = lambda *_: None

    def _stdout_connection(self, connection: Any) -> MockConnection:
        return _Connection(self.dialect, self._executed, self._sandbox)

    def _executed(self, construct: Any, *values: Any, **more: Any) -> Unanswered:
        every = [one for some in (*values, more) for one in (some if isinstance(some, (list, tuple)) else [some])]
        many = [one for one in every if one and isinstance(one, Mapping)]
        for one in many[:_MOST_ROWS] or [{}]:
            valued = statement.with_values(construct, one)
            self._render(valued)
            if one and valued is construct:
                told, last = statement.told(one), self._sink[-1]
                shown = f"-- with values {fingerprint(told.encode())[:SHOWN]}\n{last.text}"
                self._sink[-1] = Sent(shown, {**last.values, "of the call": told})
        self._cut(many)
        return Unanswered(self._sandbox)

    def _render(self, construct: Any, execution_options: Mapping[str, Any] | None = None, *_: Any, **__: Any) -> None:
        if isinstance(construct, str):
            construct = text(construct)
        options = {**self._options, **construct.get_execution_options(), **(execution_options or {})}
        self._sink.append(statement.rendered(construct, self.dialect, options.get("schema_translate_map")))

    def _render_insert(self, table: Any, rows: Any, **_: Any) -> None:
        rows = list(rows)
        shown = rows[:_MOST_ROWS]
        kinds = {_shape(row) for row in shown}
        for row in rows[_MOST_ROWS:]:
            # Each other kind may call another function.
            shape = _shape(row)
            if shape not in kinds:
                kinds.add(shape)
                shown.append(row)
        for row in shown:
            self._render(table.insert().values(row))
        self._cut(rows)

    def _cut(self, rows: list[Any]) -> None:
        if len(rows) > _MOST_ROWS:
            columns = inserted_rows.fingerprints(rows, self.dialect)
            all_of_them = fingerprint(repr(sorted(columns.items())).encode())[:SHOWN]
            self._sink.append(Sent(f"-- and {len(rows) - _MOST_ROWS} more rows, {all_of_them}", columns))

    def get_current_heads(self) -> tuple[str, ...]:
        raise self._sandbox.refuse("asking for the present revision")


class _Connection(MockConnection):
    """What it has no answer for is noted, as a script may catch that."""

    def __init__(self, dialect: Any, execute: Any, sandbox: Sandbox) -> None:
        super().__init__(dialect, execute)
        self._sandbox = sandbox

    def execution_options(self, **kw: Any) -> _Connection:
        if "schema_translate_map" in kw:
            raise self._sandbox.refuse("another schema_translate_map")
        return self

    def __getattr__(self, name: str) -> Any:
        if not _is_asked_by_alembic():
            self._sandbox.note(f"op.get_bind().{name}")
        raise AttributeError(name)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """Which isinstance() asks for."""
        if not _is_asked_by_alembic():
            self._sandbox.note("asking whether it is offline")
        return type(self)

    def __dir__(self) -> Iterator[str]:
        raise self._sandbox.refuse("asking whether it is offline")


@inspection._inspects(_Connection)
def _inspected(connection: _Connection) -> Any:
    raise connection._sandbox.refuse("inspecting the database")


def _shape(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The columns of a row, and what is computed for them."""
    return tuple((name, str(value) if isinstance(value, ClauseElement) else "") for name, value in row.items())


called_like(MigrationContext, _Context)
called_like(Connection, _Connection)


def _is_asked_by_alembic() -> bool:
    """Or by what it leans on: the one who calls the caller of this function."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        room = str(frame.f_globals.get("__name__")).partition(".")[0]
        if room not in _ON_BEHALF:
            return room in _OFFLINE
        frame = frame.f_back
    return False


@contextlib.contextmanager
def _context(live: MigrationContext, sandbox: Sandbox, sink: list[Sent]) -> Iterator[_Context]:
    """In place of env.py's own, for `alembic.context` as well."""
    environment: Any = live.environment_context
    context = _Context(live, sandbox, sink)
    if environment is None:
        yield context
        return
    environment._migration_context = context
    try:
        yield context
    finally:
        environment._migration_context = live


@contextlib.contextmanager
def _operations_of(context: MigrationContext) -> Iterator[None]:
    """`alembic.op`, which afterwards is what it was."""
    _, modules = Operations._setups[Operations]
    former = next((globals_["_proxy"] for globals_, _ in modules if globals_.get("_proxy") is not None), None)
    offline = Operations(context)
    offline._install_proxy()
    try:
        yield
    finally:
        if former is None:
            offline._remove_proxy()
        else:
            former._install_proxy()
