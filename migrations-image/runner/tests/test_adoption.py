"""A schema that was there before Alembic: what is advised never costs anybody a row."""

from __future__ import annotations

import pytest

from tests.project import Project

DRIVERS = ["psycopg", "psycopg2", "asyncpg", "pg8000"]
THERE = {
    "42P07": ("CREATE TABLE roles (id int)", 'op.create_table("roles", sa.Column("id", sa.Integer))'),
    "42710": ("CREATE TABLE roles (id int); CREATE TYPE mood AS ENUM ('a')", "op.execute(\"CREATE TYPE mood AS ENUM ('a')\")"),
    "42701": ("CREATE TABLE roles (id int)", 'op.add_column("roles", sa.Column("id", sa.Integer))'),
    "42P06": ("CREATE TABLE roles (id int); CREATE SCHEMA shop", 'op.execute("CREATE SCHEMA shop")'),
    "42723": (
        "CREATE TABLE roles (id int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "op.execute(\"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'\")",
    ),
}


def _advises_no_loss(message: str) -> None:
    for word in ("remove", "delete", "drop the", "drop it", "drop what", "too much"):
        assert word not in message.lower(), message


@pytest.mark.parametrize("sqlstate", THERE)
def test_a_schema_that_was_made_without_alembic_is_to_be_adopted(project: Project, sqlstate: str) -> None:
    there, upgrade = THERE[sqlstate]
    project.database.execute(there)
    project.script("fb01", upgrade=upgrade)
    project.line("fb02", down="fb01")
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", sqlstate)
    assert "The version table public.alembic_version has no row, and tables are there (public.roles)" in result.message
    assert "outside of Alembic" in result.message
    assert "`alembic stamp REVISION`" in result.message
    assert "dbmigrations.io/retry" in result.message
    _advises_no_loss(result.message)


@pytest.mark.parametrize("driver", DRIVERS)
def test_that_holds_with_every_driver_and_a_version_table_that_is_there_and_empty(project: Project, driver: str) -> None:
    project.use(driver)
    project.database.execute("CREATE TABLE roles (id int); CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    project.script("fb01", upgrade='op.create_table("roles", sa.Column("id", sa.Integer))')
    result = project.run("head")
    assert "`alembic stamp REVISION`" in result.message
    assert "(public.roles)" in result.message


def test_what_is_advised_works(project: Project) -> None:
    project.database.execute("CREATE TABLE t_fb01 (id int PRIMARY KEY); INSERT INTO t_fb01 VALUES (7)")
    project.line("fb01", "fb02")
    assert "`alembic stamp REVISION`" in project.run("head").message
    # That of `alembic stamp fb01`, which writes no more than the row.
    project.database.execute("INSERT INTO alembic_version VALUES ('fb01')")
    assert project.run("head").reason == "AtTargetRevision"
    assert project.database.query("SELECT id FROM t_fb01") == [(7,)]


def test_of_many_tables_the_first_are_named_and_those_of_an_extension_are_nobodys(project: Project) -> None:
    project.database.execute("".join(f"CREATE TABLE a{n} (id int);" for n in range(6)) + "CREATE TABLE t_001 (id int)")
    project.database.execute("CREATE TABLE spatial (id int)")
    project.database.execute(
        "CREATE EXTENSION pg_trgm; ALTER EXTENSION pg_trgm ADD TABLE spatial; ALTER EXTENSION pg_trgm ADD TABLE a0",
        superuser=True,
    )
    project.line("001")
    assert "(public.a1, public.a2, public.a3 and 3 more)" in project.run("head").message


def test_a_version_table_elsewhere_is_named(project: Project) -> None:
    project.database.execute(
        "CREATE SCHEMA app; CREATE TABLE app.alembic_version (version_num varchar(32) PRIMARY KEY); CREATE TABLE t_001 (id int)"
    )
    project.line("001")
    result = project.run("head")
    assert "app.alembic_version" in result.message
    assert "version_table_schema" in result.message


def test_tables_of_other_tenants_prove_nothing(project: Project) -> None:
    project.database.execute("CREATE SCHEMA a; CREATE SCHEMA b; CREATE TYPE b.mood AS ENUM ('x')")
    project.env_py.write_text(
        project.env_py.read_text().replace(
            "        context.configure(connection=connection, target_metadata=None)\n"
            "        with context.begin_transaction():\n            context.run_migrations()",
            "        for schema in 'ab':\n"
            "            connection.exec_driver_sql(f'SET search_path TO {schema}')\n            connection.commit()\n"
            "            context.configure(connection=connection, version_table_schema=schema)\n"
            "            with context.begin_transaction():\n                context.run_migrations()",
        )
    )
    project.script("001", upgrade="op.execute(\"CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (id int)\")")
    result = project.run("head")
    assert result.outcome["sqlstate"] == "42710", result.message
    assert "outside of Alembic" not in result.message
    _advises_no_loss(result.message)


def test_where_alembic_was_here_before_what_is_there_is_compared_and_kept(project: Project) -> None:
    project.line("001")
    assert project.run("head").code == 0
    project.database.execute("CREATE TABLE t_002 (id int)")
    project.line("002", down="001")
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "42P07")
    assert "outside of Alembic" not in result.message
    assert "it may hold rows" in result.message
    assert "`alembic stamp`" in result.message
    _advises_no_loss(result.message)


def test_a_downgrade_that_finds_something_there_adopts_nothing(project: Project) -> None:
    project.script("001", downgrade='op.create_table("t_001", sa.Column("id", sa.Integer))')
    assert project.run("head").code == 0
    result = project.run("base")
    assert result.outcome["sqlstate"] == "42P07"
    assert "outside of Alembic" not in result.message
    assert "let this one count as taken back (`alembic stamp` with the id of the one below" in result.message
    _advises_no_loss(result.message)


def test_a_type_that_a_downgrade_has_left_is_no_revision_that_counts_as_applied(project: Project) -> None:
    project.script("001")
    made = 'op.create_table("t", sa.Column("m", sa.Enum("a", "b", name="mood")))'
    project.script("002", "001", upgrade=made, downgrade='op.drop_table("t")')
    assert project.run("head").code == 0
    assert project.run("001").code == 0
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("MigrationFailed", ["001"])
    assert 'type "mood" already exists' in result.message
    assert "the downgrade() of a revision that made the type leaves it" in result.message
    assert "drop it without CASCADE" in result.message
    assert "stamp" not in result.message
    # what is advised
    project.database.execute("DROP TYPE mood")
    assert project.run("head").outcome["after"] == ["002"]
