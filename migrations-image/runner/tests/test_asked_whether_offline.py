"""A script that is read finds nothing by which it could tell that from a run, or is unknown."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.project import Project
from tests.test_rendering import connection, rendered

__all__ = ["connection"]


@pytest.mark.parametrize(
    "asked",
    [
        "isinstance(op.get_bind(), sa.engine.Connection)",
        "not issubclass(op.get_bind().__class__, sa.engine.mock.MockConnection)",
        '"begin" in dir(op.get_bind())',
        'hasattr(op.get_bind(), "begin")',
        "op.get_context().impl.output_buffer is None",
        "not op.get_context().as_sql",
        'not op.get_context().opts["as_sql"]',
        "isinstance(op.get_bind().execute(sa.text('SELECT 1')), sa.engine.CursorResult)",
    ],
)
def test_who_asks_whether_this_is_offline_is_unknown(connection: sa.Connection, tmp_path: Path, asked: str) -> None:
    found = rendered(connection, tmp_path, f'if {asked}:\n    op.drop_table("a")')
    assert found.problem is not None


@pytest.mark.parametrize(
    "asked",
    [
        'type(op.get_bind()).__module__ == "sqlalchemy.engine.base"',
        'type(op.get_bind()).__name__ == "Connection"',
        'op.get_context().impl.__class__.__name__ == "PostgresqlImpl"',
        'type(op.get_context()).__name__ == "MigrationContext"',
        'type(op.get_bind().execute(sa.text("SELECT 1"))).__name__ == "CursorResult"',
    ],
)
def test_who_asks_what_something_is_called_is_told_what_it_is_in_earnest(
    connection: sa.Connection, tmp_path: Path, asked: str
) -> None:
    found = rendered(connection, tmp_path, f'if {asked}:\n    op.drop_table("a")')
    assert (found.statements[-1], found.problem) == ("\nDROP TABLE a", None)


def test_what_alembic_and_sqlalchemy_ask_for_themselves_is_no_question_of_the_script(
    connection: sa.Connection, tmp_path: Path
) -> None:
    body = """
        mood = sa.Enum("glad", "sad", name="mood")
        mood.create(op.get_bind(), checkfirst=True)
        t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("m", mood))
        sa.Table("u", sa.MetaData(), sa.Column("id", sa.Integer)).create(op.get_bind(), checkfirst=True)
        with op.batch_alter_table("t") as batch:
            batch.alter_column("m", type_=sa.Text())
        with op.get_context().autocommit_block():
            op.create_index("ix", "t", ["m"], postgresql_concurrently=True)
        op.get_bind().execute(t.insert(), [{"id": 1}])
        op.execute(sa.schema.CreateSequence(sa.Sequence("s")))
        op.invoke(__import__("alembic").operations.ops.DropTableOp("u"))
    """
    found = rendered(connection, tmp_path, textwrap.dedent(body))
    assert found.problem is None
    assert len(found.statements) >= 9


def test_values_that_come_with_the_call_are_known(connection: sa.Connection, tmp_path: Path) -> None:
    body = """
        t = sa.table("t", sa.column("a", sa.Integer))
        op.get_bind().execute(sa.text("DELETE FROM t WHERE a = :a"), [{"a": 1}, {"a": 2}])
        op.get_bind().execute(sa.select(t).where(t.c.a == sa.bindparam("it", type_=sa.Integer)), {"it": 3})
        op.get_bind().execute(t.insert(), {"a": 4})
        op.get_bind().execute(t.update(), {"a": 5})
    """
    found = rendered(connection, tmp_path, textwrap.dedent(body))
    assert found.problem is None
    assert found.statements[:4] == (
        "DELETE FROM t WHERE a = 1",
        "DELETE FROM t WHERE a = 2",
        "SELECT t.a \nFROM t \nWHERE t.a = 3",
        "INSERT INTO t (a) VALUES (4)",
    )
    assert found.statements[4].startswith("-- with values ")
    assert found != rendered(connection, tmp_path, textwrap.dedent(body.replace("5", "6")))


KEPT = {
    "the driver's connection": 'connection.connection.driver_connection.execute("DELETE FROM t_001")',
    "a cursor of the driver's": 'connection.connection.cursor().execute("DELETE FROM t_001")',
    "the engine": 'connection.engine.raw_connection().cursor().execute("DELETE FROM t_001")',
    "the connection": 'connection.execute(sa.text("DELETE FROM t_001"))',
}


@pytest.mark.parametrize("way", KEPT)
def test_a_script_that_finds_the_connection_of_env_py_is_unknown_though_it_catches_that(project: Project, way: str) -> None:
    project.sync()
    project.line("001")
    body = f"    connection = context.config.attributes['connection']\n    {KEPT[way]}\n"
    project.script("002", "001", downgrade=f"from alembic import context\ntry:\n{body}except Exception:\n    pass")
    text = project.env_py.read_text()
    kept = 'config.attributes["connection"] = connection; context.configure('
    project.env_py.write_text(text.replace("        context.configure(", f"        {kept}"))
    assert project.run("head").code == 0
    project.database.execute("INSERT INTO t_001 VALUES (1)")
    (told,) = project.run("001", mode="Plan").outcome["plan"]["deletes"]
    assert told.startswith("unknown: what step 002 does: it needs a live connection (")
    assert project.database.query("SELECT count(*) FROM t_001") == [(1,)]
