"""What one step would send, rendered by Alembic's own offline operations with what env.py gave to `context.configure()`.

The script is loaded anew, so that what it keeps in its module is untouched when it runs in earnest. Whatever it asks of a
database has no answer here: a step that asks cannot be rendered, and hides no other one.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import load_python_file
from sqlalchemy import inspection, text
from sqlalchemy.engine.mock import MockConnection

from dbmigration.planning.approval import SHOWN
from dbmigration.planning.digest import fingerprint
from dbmigration.session import statement
from dbmigration.session.sandbox import Sandbox

# Of those that one operation inserts; the others are known by a fingerprint of all.
_MOST_ROWS = 50
_OFFLINE = ("alembic", "dbmigration")


@dataclass(frozen=True)
class Rendered:
    statements: tuple[str, ...]
    problem: str | None = None
    """Why it could not be rendered as a whole."""


def render(live: MigrationContext, path: str, is_upgrade: bool, arguments: Mapping[str, Any]) -> Rendered:
    """`arguments` are those of context.run_migrations()."""
    sandbox = Sandbox()
    sink: list[str] = []
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
    def __init__(self, live: MigrationContext, sandbox: Sandbox, sink: list[str]) -> None:
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

        self.impl.__class__ = Implementation
        implementation: Any = self.impl
        implementation._exec = self._render
        implementation.bulk_insert = self._render_insert
        implementation.static_output = lambda *_: None

    def _stdout_connection(self, connection: Any) -> MockConnection:
        return _Connection(self.dialect, self._executed, self._sandbox)

    def _executed(self, construct: Any, *_: Any, **__: Any) -> _Unanswered:
        self._render(construct)
        return _Unanswered(self._sandbox)

    def _render(self, construct: Any, execution_options: Mapping[str, Any] | None = None, *_: Any, **__: Any) -> None:
        if isinstance(construct, str):
            construct = text(construct)
        options = {**self._options, **construct.get_execution_options(), **(execution_options or {})}
        self._sink.append(statement.rendered(construct, self.dialect, options.get("schema_translate_map")))

    def _render_insert(self, table: Any, rows: Any, **_: Any) -> None:
        rows = list(rows)
        for row in rows[:_MOST_ROWS]:
            self._render(table.insert().values(row))
        if len(rows) > _MOST_ROWS:
            self._sink.append(f"-- and {len(rows) - _MOST_ROWS} more rows, {fingerprint(repr(rows).encode())[:SHOWN]}")

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


class _Unanswered:
    """The result of a statement that was not sent."""

    def __init__(self, sandbox: Sandbox) -> None:
        object.__setattr__(self, "_sandbox", sandbox)

    def __getattribute__(self, name: str) -> Any:
        raise object.__getattribute__(self, "_sandbox").refuse("the result of a statement")

    def __iter__(self) -> Iterator[Any]:
        raise object.__getattribute__(self, "_sandbox").refuse("the result of a statement")

    def __bool__(self) -> bool:
        raise object.__getattribute__(self, "_sandbox").refuse("the result of a statement")


@inspection._inspects(_Connection)
def _inspected(connection: _Connection) -> Any:
    raise connection._sandbox.refuse("inspecting the database")


def _is_asked_by_alembic() -> bool:
    """By the one who calls the caller of this function."""
    return str(sys._getframe(2).f_globals.get("__name__")).partition(".")[0] in _OFFLINE


@contextlib.contextmanager
def _context(live: MigrationContext, sandbox: Sandbox, sink: list[str]) -> Iterator[_Context]:
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
