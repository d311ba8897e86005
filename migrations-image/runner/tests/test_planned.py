"""An honest script, which does the same when it is read and when it runs, is never taken for another one."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from tests.project import Project, Result
from tests.test_approvals import DRIVERS, approval, digest_of
from tests.test_unplanned import env_py

FILLED = """
CREATE TABLE t (id int PRIMARY KEY, a int, b text, c numeric(10, 2), d jsonb, e int[], at timestamptz);
INSERT INTO t SELECT g, g, 'b', 1.5, '{}', '{1}', now() FROM generate_series(1, 9) g;
CREATE TABLE "50%" (id int, "1%" int); INSERT INTO "50%" VALUES (1, 1);
CREATE TABLE logged (id int, s text); INSERT INTO logged VALUES (1);
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER log_it AFTER INSERT ON logged EXECUTE FUNCTION log_it();
CREATE FUNCTION purge(int) RETURNS int LANGUAGE sql AS 'DELETE FROM "50%" WHERE id < $1; SELECT 1';
CREATE FUNCTION differs(int, int) RETURNS bool LANGUAGE sql AS 'SELECT $1 <> $2';
CREATE OPERATOR <=> (FUNCTION = differs, LEFTARG = int, RIGHTARG = int);
CREATE VIEW v AS SELECT purge(0) AS n;
CREATE SEQUENCE numbers; SELECT nextval('numbers'), nextval('numbers');
"""
TABLES = """
import datetime, decimal, time, uuid
from sqlalchemy.dialects import postgresql as pg
t = sa.table("t", *(sa.column(n, k) for n, k in dict(id=sa.Integer, a=sa.Integer, b=sa.Text, c=sa.Numeric(10, 2),
    d=pg.JSONB, e=pg.ARRAY(sa.Integer), at=sa.DateTime(timezone=True)).items()))
made = sa.Table("made", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20)),
    sa.Column("m", sa.Numeric(8, 1)), sa.Column("k", sa.DECIMAL(8, 1)),
    sa.Column("since", sa.DateTime, server_default=sa.func.now()))
odd = sa.table("50%", sa.column("1%", sa.Integer))
logged = sa.table("logged", sa.column("id", sa.Integer), sa.column("s", sa.Text))
bind = op.get_bind()
"""
HONEST = {
    "constructs": """
        op.execute(sa.delete(t).where(t.c.a == 5))
        op.execute(sa.delete(t).where(t.c.a.in_([6, 7])))
        op.execute(t.update().where(t.c.b.like("50%")).values(b="50%", c=decimal.Decimal("1.25")))
        op.execute(t.update().values(d={"x": 1}, e=[1, 2], at=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)))
        op.execute(odd.update().values({"1%": 5}))
        op.execute(odd.delete())
        op.execute(sa.delete(t).where(sa.exists(sa.select(odd.c["1%"]).where(odd.c["1%"] == t.c.a))))
    """,
    "texts": """
        op.execute("UPDATE t SET b = '5%' WHERE a % 2 = 0")
        op.execute('DELETE FROM "50%" WHERE "1%" = 1')
        op.execute(sa.text("DELETE FROM t WHERE a = :a AND b LIKE '%'").bindparams(a=5))
        op.execute(sa.text("UPDATE t SET c = :c").bindparams(sa.bindparam("c", 5, sa.Numeric(10, 2))))
        op.execute("WITH x AS (DELETE FROM t WHERE a = 8 RETURNING id) INSERT INTO \\"50%\\" SELECT id, id FROM x")
        op.execute("DO $$ BEGIN DELETE FROM t WHERE b LIKE '%x'; END $$")
        op.execute("SELECT n FROM v WHERE n <=> 5")
        op.execute("-- a comment: ; with %\\nTRUNCATE \\"50%\\"")
    """,
    "values of the call": """
        bind.execute(sa.text("DELETE FROM t WHERE a = :a"), {"a": 1})
        bind.execute(sa.text("DELETE FROM t WHERE a = :a"), [{"a": n} for n in range(60)])
        bind.execute(sa.update(t).where(t.c.a == sa.bindparam("x")), [{"x": 2, "b": "y"}, {"x": 3, "b": "z"}])
        bind.execute(sa.update(t), {"b": "y"})
        bind.execute(logged.insert(), [{"id": n} for n in range(60)])
        bind.execute(logged.insert(), {"id": 3})
    """,
    "many rows": """
        made.create(bind)
        op.bulk_insert(made, [{"n": "x%", "m": 1.5, "k": 2} for n in range(1500)])
        op.bulk_insert(made, [{"n": sa.func.lower("X")} for n in range(60)], multiinsert=False)
        op.bulk_insert(logged, [{"id": n, "s": "it's"} for n in range(1200)])
        op.execute(made.insert().values([{"n": "a"}, {"n": "b"}]))
        op.execute(made.insert().values(n="c").returning(made.c.id))
        op.execute(made.insert().from_select(["n"], sa.select(t.c.b).where(t.c.a > 1)))
        op.execute(pg.insert(t).values(id=1, a=2).on_conflict_do_update(index_elements=["id"], set_={"a": 5}))
        op.execute(logged.insert().from_select(["id"], sa.select(t.c.a)))
        made.drop(bind)
    """,
    "functions": """
        op.execute(sa.select(sa.func.setval("numbers", 5)))
        op.execute(sa.select(sa.func.setval("numbers", 7)))
        bind.execute(sa.text("SELECT setval(:name, 9)"), {"name": "numbers"})
        op.execute(sa.select(sa.func.purge(3)))
        op.execute(sa.select(sa.func.set_config("app.user", "me", True)))
        op.execute(sa.delete(t).where(t.c.a == sa.func.purge(sa.func.length("x"))))
    """,
    "types": """
        mood = sa.Enum("glad", "sad", name="mood")
        mood.create(bind, checkfirst=True)
        op.create_table("felt", sa.Column("m", pg.ENUM("glad", "sad", name="mood", create_type=False)))
        op.create_table("meant", sa.Column("m", pg.ENUM("yes", "no", name="answer")), sa.Column("n", sa.Boolean()))
        op.alter_column("felt", "m", type_=sa.Text(), postgresql_using="m::text")
        op.alter_column("t", "a", type_=sa.BigInteger(), existing_type=sa.Integer(), nullable=True, server_default="7")
        op.drop_table("meant")
        pg.ENUM(name="answer").drop(bind, checkfirst=True)
        mood.drop(bind, checkfirst=False)
        with op.batch_alter_table("t") as batch:
            batch.drop_column("e")
            batch.add_column(sa.Column("f", sa.String(50), server_default="5"))
    """,
    "the schema": """
        op.rename_table("50%", "51%")
        op.drop_table("51%")
        op.create_table("p", sa.Column("id", sa.Integer, primary_key=True), sa.Column("q", sa.Integer, unique=True))
        op.create_foreign_key(None, "p", "p", ["q"], ["id"])
        op.create_unique_constraint(None, "p", ["id", "q"])
        op.create_check_constraint("positive", "p", "q > 0")
        op.create_index(op.f("ix"), "p", ["q"])
        op.create_table_comment("p", "50%")
        op.drop_column("t", "b")
        op.execute(sa.schema.CreateSequence(sa.Sequence("s")))
        op.execute("SET LOCAL search_path TO public")
        op.execute("DROP TABLE logged CASCADE")
        sa.MetaData().create_all(bind)
    """,
    "what is committed at once": """
        op.execute("CREATE TYPE mood AS ENUM ('a')")
        with op.get_context().autocommit_block():
            op.execute("ALTER TYPE mood ADD VALUE 'b'")
            op.create_index("ix", "t", ["a"], postgresql_concurrently=True)
            op.drop_index("ix", postgresql_concurrently=True)
            op.execute(sa.delete(t).where(t.c.a == 5))
    """,
    "other values each time": """
        op.execute(t.update().values(b=str(uuid.uuid4()), a=time.perf_counter_ns() % 1000))
        op.execute(f"DELETE FROM t WHERE b = '{uuid.uuid4()}'")
        op.bulk_insert(logged, [{"id": n, "s": str(uuid.uuid4())} for n in range(60)])
    """,
    "another connection": """
        with op.get_bind().engine.connect() as c:
            c.execute(sa.text("SELECT 1"))
    """,
    "what it catches": """
        try:
            op.execute("DELETE FROM t WHERE a = 5")
        finally:
            op.execute(t.delete())
    """,
}
ALWAYS = {"upgrades": "Always"}


def scripted(project: Project, body: str, **more: Any) -> None:
    project.line("001")
    assert project.run("001", **more).code == 0
    project.database.execute(FILLED)
    project.script("002", "001", upgrade=TABLES + textwrap.dedent(body))


def approved(project: Project, target: str = "head", **more: Any) -> Result:
    plan = digest_of(project.run(target, approval=approval(**ALWAYS), **more))
    result = project.run(target, approval=approval(plan, **ALWAYS), **more)
    assert (result.code, result.reason) == (0, "AtTargetRevision"), result.message
    return result


@pytest.mark.parametrize("driver", [*DRIVERS, "psycopg, asynchronously"])
@pytest.mark.parametrize("what", HONEST)
def test_a_script_that_was_approved_runs(project: Project, driver: str, what: str) -> None:
    project.use(driver)
    scripted(project, HONEST[what])
    deletes = project.run("head", mode="Plan").outcome["plan"]["deletes"]
    assert not any("needs a live connection" in one for one in deletes), deletes
    approved(project)


OPTIONS = [
    "transaction_per_migration=True",
    "version_table='my_version', version_table_schema='kept'",
    "target_metadata=sa.MetaData(naming_convention={'uq': 'uq_%(table_name)s_%(column_0_name)s', 'ix': '%(column_0_label)s'})",
    "include_schemas=True, render_as_batch=True, transactional_ddl=True",
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("what", ["the schema", "what is committed at once", "values of the call"])
def test_whatever_the_options_of_env_py_are(project: Project, options: str, what: str) -> None:
    project.sync(options)
    text = project.env_py.read_text().replace("import os", "import os\nimport sqlalchemy as sa")
    project.env_py.write_text(text.replace("target_metadata=None, target_metadata", "target_metadata"))
    project.database.execute("CREATE SCHEMA kept")
    scripted(project, HONEST[what])
    approved(project)


@pytest.mark.parametrize(
    ("before", "more"),
    [
        ("context.configure", 'connection = connection.execution_options(schema_translate_map={"x": "public"})'),
        ("context.configure", 'connection = connection.execution_options(isolation_level="AUTOCOMMIT")'),
        ("context.run_migrations", 'connection.exec_driver_sql("SET search_path TO public")'),
        ("context.run_migrations", 'connection.exec_driver_sql("SELECT pg_advisory_xact_lock(5)")'),
        ("context.run_migrations", 'connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS public")'),
        (
            "with engine",
            'import sqlalchemy as sa\nsa.event.listen(engine, "begin", lambda c: c.exec_driver_sql("SET ROLE NONE"))',
        ),
    ],
)
@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
def test_whatever_env_py_does_besides_deleting(project: Project, before: str, more: str, options: str) -> None:
    project.sync(options)
    scripted(project, HONEST["constructs"])
    env_py(project, before, more)
    approved(project)


@pytest.mark.requires("sqlite")
def test_a_file_in_which_env_py_keeps_something_is_its_own(project: Project) -> None:
    project.sync()
    scripted(project, HONEST["constructs"])
    file = 'import sqlalchemy\nsqlalchemy.create_engine("sqlite://").connect().exec_driver_sql("PRAGMA user_version = 5")'
    env_py(project, "context.run_migrations", file)
    approved(project)


def test_env_py_may_say_what_it_did(project: Project) -> None:
    project.sync()
    scripted(project, HONEST["constructs"])
    project.database.execute("CREATE TABLE said (at timestamptz DEFAULT now(), what text)")
    text = project.env_py.read_text()
    said = "connection.exec_driver_sql(\"INSERT INTO said (what) VALUES ('done')\")"
    project.env_py.write_text(text.replace("run_migrations()\n\n", f"run_migrations()\n            {said}\n\n"))
    approved(project)
    assert project.database.query("SELECT what FROM said") == [("done",)]


def test_each_of_several_version_tables_has_its_own_steps(project: Project) -> None:
    project.sync()
    project.database.execute("CREATE SCHEMA one; CREATE SCHEMA two")
    lines = project.env_py.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if "context.configure" in line)
    body = textwrap.indent("\n".join(lines[place : place + 3]), "    ")
    body = body.replace(
        "            context.configure(",
        "            connection.exec_driver_sql(f'SET search_path TO {schema}')\n"
        "            connection.commit()\n            context.configure(",
    )
    loop = ["        for schema in ('one', 'two'):", *body.splitlines()]
    project.env_py.write_text("\n".join([*lines[:place], *loop, *lines[place + 3 :]]) + "\n")
    project.line("001", "002")
    assert project.run("head").code == 0
    result = project.run("base", approval={})
    assert (result.code, result.reason) == (0, "AtTargetRevision"), result.message
    project.run("head")
    for schema in ("one", "two"):
        project.database.execute(f"INSERT INTO {schema}.t_002 VALUES (1)")
    first = digest_of(project.run("001", approval={}))
    second = digest_of(project.run("001", approval=approval(first)))
    assert project.run("001", approval=approval(first, second)).reason == "AtTargetRevision"
