"""A step is rendered alone, with env.py's options, and nothing of it reaches the world or the run itself."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from dbmigration.session.rendering import Rendered, render
from tests.project import Project
from tests.server import Database

OPENING = {
    "SQLAlchemy": 'sa.create_engine(URL).connect().execute(sa.text("CREATE TABLE leaked (a int)"))',
    "psycopg": 'import psycopg\npsycopg.connect(PLAIN, autocommit=True).execute("CREATE TABLE leaked (a int)")',
    "psycopg2": (
        'import psycopg2\nc = psycopg2.connect(PLAIN)\nc.autocommit = True\nc.cursor().execute("CREATE TABLE leaked (a int)")'
    ),
    "pg8000": (
        "import pg8000.dbapi\nfrom urllib.parse import urlsplit\nu = urlsplit(PLAIN)\n"
        "c = pg8000.dbapi.connect(u.username, u.hostname, u.path[1:], u.port, u.password)\nc.autocommit = True\n"
        'c.cursor().execute("CREATE TABLE leaked (a int)")'
    ),
    "asyncpg": (
        "import asyncio, asyncpg, threading\nasync def go():\n"
        '    await (await asyncpg.connect(PLAIN)).execute("CREATE TABLE leaked (a int)")\n'
        "t = threading.Thread(target=lambda: asyncio.run(go()))\nt.start()\nt.join()"
    ),
    "the connection of env.py": 'KEPT[0].execute(sa.text("CREATE TABLE leaked (a int)"))',
}


@pytest.fixture
def connection(database: Database) -> Iterator[sa.Connection]:
    engine = sa.create_engine(database.url(), poolclass=sa.pool.NullPool)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def script(directory: Path, body: str) -> str:
    path = directory / "script.py"
    text = "from alembic import op\nimport sqlalchemy as sa\nCOUNT = []\ndef upgrade(*names, **more):\n"
    path.write_text(text + textwrap.indent(body, "    "))
    return str(path)


def rendered(connection: sa.Connection, directory: Path, body: str, arguments: Any = None, **options: Any) -> Rendered:
    live = MigrationContext.configure(connection, opts=options)
    return render(live, script(directory, body), True, arguments or {})


def test_a_step_is_rendered_with_the_options_of_env_py(connection: sa.Connection, tmp_path: Path) -> None:
    metadata = sa.MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"})
    moved = connection.execution_options(schema_translate_map={None: "tenant"})
    body = 'op.create_unique_constraint(None, "users", ["name"])\nop.execute(sa.delete(sa.table("users")))'
    found = rendered(moved, tmp_path, body, target_metadata=metadata)
    assert found.statements == ("ALTER TABLE tenant.users ADD CONSTRAINT uq_users_name UNIQUE (name)", "DELETE FROM users")
    assert found.problem is None


def test_a_step_is_given_what_env_py_gives_to_run_migrations(connection: sa.Connection, tmp_path: Path) -> None:
    found = rendered(connection, tmp_path, 'op.execute("SELECT %s" % more["engine_name"])', {"engine_name": "one"})
    assert (found.statements, found.problem) == (("SELECT one",), None)


def test_a_statement_stands_there_as_a_person_would_write_it(connection: sa.Connection, tmp_path: Path) -> None:
    body = """
        t = sa.table("t", sa.column("a", sa.Integer), sa.column("b", sa.Text), sa.column("c"))
        op.execute(sa.update(t).where(t.c.b.like("50%")).values(a=7))
        op.execute("UPDATE t SET b = '5%' WHERE a % 2 = 0")
        op.bulk_insert(t, [{"a": 1, "b": "it's"}, {"a": 2, "b": None}])
        op.execute(t.insert().values(c={"x": 1}))
    """
    found = rendered(connection, tmp_path, textwrap.dedent(body))
    assert found.problem is None
    assert found.statements == (
        "UPDATE t SET a=7 WHERE t.b LIKE '50%'",
        "UPDATE t SET b = '5%' WHERE a % 2 = 0",
        "INSERT INTO t (a, b) VALUES (1, 'it''s')",
        "INSERT INTO t (a, b) VALUES (2, NULL)",
        "-- with \"c = {'x': 1}\"\nINSERT INTO t (c) VALUES (:c)",
    )


def test_of_many_rows_the_first_are_shown_and_all_are_known(connection: sa.Connection, tmp_path: Path) -> None:
    body = 'op.bulk_insert(sa.table("t", sa.column("a", sa.Integer)), [{{"a": n}} for n in range({count})])'
    some, others = (rendered(connection, tmp_path, body.format(count=count)).statements for count in (1000, 1001))
    assert len(some) == len(others) == 51
    assert some[:50] == others[:50]
    assert some[50].startswith("-- and 950 more rows, ")
    assert some[50][-12:] != others[50][-12:]


@pytest.mark.parametrize("more", ["", ", multiinsert=False"])
def test_of_many_rows_each_is_known_that_computes_something(connection: sa.Connection, tmp_path: Path, more: str) -> None:
    rows = '[{"a": 1}] * 60 + [{"a": sa.func.abs(n)} for n in range(60)] + [{"a": sa.text("purge()")}, {"b": 1}]'
    body = f'op.bulk_insert(sa.table("t", sa.column("a", sa.Integer), sa.column("b", sa.Integer)), {rows}{more})'
    statements = rendered(connection, tmp_path, body).statements
    assert len(statements) == 54
    behind = ["INSERT INTO t (a) VALUES (abs(0))", "INSERT INTO t (a) VALUES (purge())", "INSERT INTO t (b) VALUES (1)"]
    assert sorted(statements[50:53]) == behind


def test_what_cannot_be_rendered_hides_nothing_that_stands_before_it(connection: sa.Connection, tmp_path: Path) -> None:
    body = 'op.drop_table("a")\nop.get_bind().execute(sa.text("SELECT 1")).scalar()\nop.drop_table("b")'
    found = rendered(connection, tmp_path, body)
    assert found.statements == ("\nDROP TABLE a", "SELECT 1")
    assert found.problem == "it needs a live connection (the result of a statement)"


def test_the_operations_of_the_run_itself_are_put_back(connection: sa.Connection, tmp_path: Path) -> None:
    live = MigrationContext.configure(connection)
    with Operations.context(live) as mine:
        for body in ("pass", 'raise SystemExit("no")'):
            render(live, script(tmp_path, body), True, {})
            assert op.get_context() is live
            assert op.get_bind() is connection
        assert mine is not None
    with pytest.raises((NameError, AttributeError)):
        op.get_context()
    render(live, script(tmp_path, "pass"), True, {})
    with pytest.raises((NameError, AttributeError)):
        op.get_context()


def test_the_run_begins_with_a_module_that_nobody_has_used(project: Project) -> None:
    project.line("001")
    project.script("002", "001", downgrade='NAMES.pop()\nop.drop_table("t_002")')
    path = project.versions / "002.py"
    path.write_text(path.read_text().replace("import sqlalchemy", "NAMES = [1]\nimport sqlalchemy"))
    assert project.run("head").code == 0
    assert project.run("001", approval={}).reason == "AtTargetRevision"


def test_what_a_script_prints_is_said_when_it_runs(project: Project) -> None:
    project.line("001")
    project.script("002", "001", downgrade='import logging\nprint("gone")\nlogging.warning("lost")\nop.drop_table("t_002")')
    assert project.run("head").code == 0
    shown = project.run("001", mode="Plan")
    assert "gone" not in shown.stdout
    assert "lost" not in shown.stderr
    done = project.run("001", approval={})
    assert (done.stdout.count("gone"), done.stderr.count("lost")) == (1, 1)


@pytest.mark.parametrize("way", OPENING)
def test_a_script_that_connects_by_itself_is_unknown_and_does_nothing(project: Project, way: str) -> None:
    plain = project.database.url().replace("+psycopg", "")
    project.line("001")
    project.script("002", "001", downgrade=OPENING[way])
    path = project.versions / "002.py"
    path.write_text(
        path.read_text().replace(
            "import sqlalchemy as sa",
            f"import sqlalchemy as sa, builtins\nURL = {project.database.url()!r}\nPLAIN = {plain!r}\n"
            "KEPT = builtins.__dict__.setdefault('KEPT', [])",
        )
    )
    project.sync()
    project.env_py.write_text(
        project.env_py.read_text().replace(
            "        context.configure(", "        import builtins; builtins.KEPT = [connection]\n        context.configure("
        )
    )
    assert project.run("head").code == 0
    shown = project.run("001", mode="Plan")
    assert shown.reason == "Planned"
    (told,) = shown.outcome["plan"]["deletes"]
    assert told.startswith("unknown: what step 002 does: it needs a live connection (")
    assert "leaked" not in project.database.tables()
    assert project.database.rows() == ["002"]


def test_a_driver_that_is_imported_by_the_step_itself_is_not_imported(project: Project) -> None:
    project.use("pg8000")
    project.line("001")
    plain = project.database.url().replace("+psycopg", "")
    project.script("002", "001", downgrade=f"PLAIN = {plain!r}\n" + OPENING["psycopg2"])
    assert project.run("head").code == 0
    shown = project.run("001", mode="Plan", anew=True).outcome["plan"]["deletes"]
    assert shown == ["unknown: what step 002 does: it needs a live connection (importing psycopg2)"]
    assert "leaked" not in project.database.tables()


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_the_context_of_env_py_has_no_connection_either(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001")
    project.script(
        "002",
        "001",
        downgrade='from alembic import context\ncontext.execute("DROP TABLE t_002")\ncontext.get_bind().scalar("x")',
    )
    assert project.run("head").code == 0
    project.database.execute("INSERT INTO t_002 VALUES (1)")
    shown = project.run("001", mode="Plan").outcome["plan"]["deletes"]
    assert shown == ["table t_002 (1 row)", "unknown: what step 002 does: it needs a live connection (op.get_bind().scalar)"]
    assert "t_002" in project.database.tables()


def test_the_sandbox_is_open_again_when_a_plan_is_looked_at(project: Project) -> None:
    project.line("001")
    project.script(
        "002",
        "001",
        downgrade='open("written", "w").close()\nimport subprocess\nsubprocess.run(["true"])\nop.drop_table("t_002")',
    )
    assert project.run("head").code == 0
    waiting = project.run("001", approval={})
    assert waiting.reason == "ApprovalRequired"
    assert not (project.directory / "written").exists()
    assert project.run("001", approval={"plans": [waiting.outcome["plan"]["digest"]]}).reason == "AtTargetRevision"
    assert (project.directory / "written").exists()
