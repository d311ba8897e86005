"""What a server does by its own settings, or cannot do as an object is: the setting or the object is named."""

from __future__ import annotations

import pytest

from tests.project import Project

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]
IDLE = "idle_in_transaction_session_timeout"


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_session_that_idles_too_long_is_not_called_a_lost_connection(project: Project, driver: str) -> None:
    project.use(driver)
    project.script("001", upgrade='import time\ntime.sleep(1.5)\nop.execute("SELECT 1")')
    project.database.execute(f"ALTER ROLE {project.database.name} SET {IDLE} = '500ms'", superuser=True)
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("MigrationFailed", "001"), result.message
    assert f"ended the session in upgrade() of revision 001 by {IDLE}" in result.message
    assert f"ALTER ROLE {project.database.name} SET {IDLE} = …" in result.message
    assert "server's log" not in result.message
    assert project.database.made() == []


@pytest.mark.parametrize("driver", ["psycopg2", "pg8000"])
def test_where_a_driver_hides_why_a_session_ended_the_limit_is_named(project: Project, driver: str) -> None:
    project.use(driver)
    project.script("001", upgrade='import time\ntime.sleep(1.5)\nop.execute("SELECT 1")')
    project.database.execute(f"ALTER ROLE {project.database.name} SET {IDLE} = '500ms'", superuser=True)
    told = project.run("head").message
    assert f"{IDLE} is 500ms: if the session was left alone for so long in its transaction, that is why" in told


def test_the_variable_that_sets_such_a_limit_is_named(project: Project) -> None:
    project.use("psycopg")
    project.script("001", upgrade='import time\ntime.sleep(1.5)\nop.execute("SELECT 1")')
    told = project.run("head", environment={"PGOPTIONS": f"-c {IDLE}=500ms"}).message
    assert "comes of the variable PGOPTIONS" in told
    assert "ALTER ROLE" not in told


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_version_table_that_is_published_and_has_no_key_is_to_get_one(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001", "002")
    assert project.run("001").code == 0
    project.database.execute("ALTER TABLE alembic_version DROP CONSTRAINT alembic_version_pkc")
    project.database.execute("CREATE PUBLICATION p FOR ALL TABLES", superuser=True)
    result = project.run("head")
    assert result.reason == "MigrationFailed"
    remedy = 'ALTER TABLE "public"."alembic_version" ADD PRIMARY KEY (version_num)'
    assert remedy in result.message, result.message
    assert "two phases" not in result.message
    project.database.execute(remedy)
    assert project.run("head").reason == "AtTargetRevision"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            "op.execute('CREATE TABLE k (id int); INSERT INTO k VALUES (1)'); op.execute('UPDATE k SET id = 2')",
            "let the script give it one (ALTER TABLE … ADD PRIMARY KEY …)",
        ),
        (
            "op.execute('CREATE VIEW v AS SELECT DISTINCT 1 AS id'); op.execute('UPDATE v SET id = 2')",
            "The server's hint: To enable updating the view, provide an INSTEAD OF UPDATE trigger",
        ),
    ],
)
def test_the_servers_hint_is_told_of_an_object_that_is_not_as_it_has_to_be(project: Project, script: str, said: str) -> None:
    project.script("001", upgrade=script)
    project.database.execute("CREATE PUBLICATION p FOR ALL TABLES", superuser=True)
    result = project.run("head")
    assert result.reason == "MigrationFailed"
    assert said in result.message, result.message
    assert "max_prepared_transactions" not in result.message


def test_rows_that_no_policy_allows_ask_for_a_policy_and_no_grant(project: Project) -> None:
    table = "CREATE TABLE s (id int); ALTER TABLE s ENABLE ROW LEVEL SECURITY; ALTER TABLE s FORCE ROW LEVEL SECURITY"
    project.script("001", upgrade=f"op.execute('{table}'); op.execute('INSERT INTO s VALUES (1)')")
    result = project.run("head")
    assert result.reason == "PermissionDenied"
    assert "Let a policy of that table allow it" in result.message
    assert "GRANT" not in result.message
