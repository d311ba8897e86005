"""A step that changes the search path, as the text of a pg_dump does, and the steps behind it."""

from __future__ import annotations

import pytest

from tests.project import Project

DRIVERS = ["psycopg", "psycopg2", "asyncpg", "pg8000"]
EMPTY = "SELECT pg_catalog.set_config('search_path', '', false)"
BASELINE = f'op.execute("{EMPTY}")\nop.execute("CREATE TABLE public.baseline (id int)")'
BACK = f'op.execute("{EMPTY}")\nop.execute("DROP TABLE public.baseline")'
EACH = ["", "transaction_per_migration=True"]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_dump_for_a_baseline_goes_up_and_down_and_up(project: Project, driver: str) -> None:
    project.use(driver)
    project.script("001", upgrade=BASELINE, downgrade=BACK)
    project.line("002", down="001")
    for target, rows in (("head", ["002"]), ("base", []), ("001", ["001"]), ("head", ["002"])):
        result = project.run(target)
        assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", rows), result.message
    assert project.database.made() == ["baseline", "t_002"]


@pytest.mark.parametrize("options", EACH)
@pytest.mark.parametrize(
    "how",
    [
        EMPTY,
        "SELECT set_config('search_path', '', true)",
        "SET search_path = ''",
        "SET LOCAL search_path = ''",
        "SET search_path = pg_catalog",
        "SET search_path = other",
    ],
)
def test_however_it_is_taken_away_it_is_put_back(project: Project, how: str, options: str) -> None:
    project.sync(options)
    project.database.execute("CREATE SCHEMA other")
    project.script("001", upgrade=f'op.execute("{how}")')
    project.line("002", down="001")
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["002"]), result.message
    assert project.database.made() == ["t_002"]


def test_one_that_is_sent_past_sqlalchemy_is_put_back_too(project: Project) -> None:
    project.script(
        "001", upgrade=f'op.get_bind().connection.cursor().execute("{EMPTY}; CREATE TABLE public.baseline (id int)")'
    )
    project.line("002", down="001")
    assert project.run("head").outcome["after"] == ["002"]


def test_one_that_is_committed_at_once_is_put_back_too(project: Project) -> None:
    project.script("001", upgrade=f'with op.get_context().autocommit_block():\n    op.execute("{EMPTY}")')
    project.line("002", down="001")
    assert project.run("head").outcome["after"] == ["002"]


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize("options", EACH)
def test_a_path_that_env_py_sets_holds_for_every_step(project: Project, options: str) -> None:
    project.database.execute("CREATE SCHEMA app")
    project.sync(options)
    project.env_py.write_text(
        project.env_py.read_text().replace(
            "        context.configure",
            "        connection.exec_driver_sql('SET search_path TO app'); connection.commit()\n        context.configure",
        )
    )
    project.script("001", upgrade=f'op.execute("{EMPTY}")')
    project.line("002", "003", down="001")
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.message
    there = project.database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'app' ORDER BY 1")
    assert there == [("alembic_version",), ("t_002",), ("t_003",)]


def test_a_path_that_a_step_sets_on_purpose_holds_for_the_next_as_with_alembic(project: Project) -> None:
    project.database.execute("CREATE SCHEMA app")
    project.script("001", upgrade='op.execute("SET search_path TO app, public")')
    project.line("002", down="001")
    assert project.run("head").reason == "AtTargetRevision"
    assert project.database.query("SELECT schemaname FROM pg_tables WHERE tablename = 't_002'") == [("app",)]


def test_a_version_table_of_another_tenant_is_never_written_by_a_path_that_a_step_sets(project: Project) -> None:
    project.line("001")
    assert project.run("head").code == 0
    project.database.execute(
        "CREATE SCHEMA app; CREATE TABLE app.alembic_version (version_num varchar(32) PRIMARY KEY); "
        "INSERT INTO app.alembic_version VALUES ('001')"
    )
    project.script("002", "001", upgrade='op.execute("SET search_path TO app, public")')
    assert project.run("head").outcome["after"] == ["002"]
    assert project.database.query("SELECT version_num FROM app.alembic_version") == [("001",)]


def test_with_a_version_table_in_a_schema_of_its_own_the_next_step_finds_where_to_create(project: Project) -> None:
    project.database.execute("CREATE SCHEMA ops")
    project.sync('version_table_schema="ops"')
    project.script("001", upgrade=f'op.execute("{EMPTY}")')
    project.line("002", down="001")
    result = project.run("head")
    assert result.outcome["after"] == ["002"], result.message


def test_what_cannot_be_found_in_the_same_step_has_its_cause_told(project: Project) -> None:
    project.script("001", upgrade=f'op.execute("{EMPTY}")\nop.execute("CREATE TABLE t (id int)")')
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "3F000")
    assert "If the search path is empty, as the text of a pg_dump makes it" in result.message


def test_what_a_failed_step_set_is_taken_back_with_it(project: Project) -> None:
    project.line("001")
    project.script("002", "001", upgrade=f'op.execute("{EMPTY}")\nop.execute("SELECT 1/0")')
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("MigrationFailed", [])


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize("options", ["-csearch_path=nosuch", "-c%20search_path%3Dnosuch"])
def test_one_that_the_url_sets_to_nothing_is_named(project: Project, driver: str, options: str) -> None:
    project.use(driver)
    project.line("001")
    result = project.run("head", url=f"{project.database.url(driver)}?options={options}")
    assert (result.reason, result.outcome["sqlstate"]) == ("ConfigurationError", "3F000"), result.message
    assert "No schema of the search path is there, which the options of the URL of DATABASE_URL set" in result.message
    assert "version_table_schema" not in result.message
    assert "dbmigrations.io/retry" in result.message


@pytest.mark.parametrize("who", ["the role", "env.py"])
def test_one_that_somebody_else_sets_to_nothing_is_no_matter_of_version_table_schema_alone(project: Project, who: str) -> None:
    project.sync()
    project.line("001")
    if who == "the role":
        project.database.execute(f"ALTER ROLE {project.database.name} SET search_path = nosuch")
    else:
        begin, set_it = (
            "        context.configure(",
            "        connection.exec_driver_sql('SET search_path TO nosuch'); connection.commit()\n",
        )
        project.env_py.write_text(project.env_py.read_text().replace(begin, set_it + begin))
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("ConfigurationError", "3F000"), result.message
    assert "No schema of the search path is there" in result.message
    assert "ALTER ROLE" in result.message
    assert "the options of the URL of" not in result.message
