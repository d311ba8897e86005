"""A migration that goes wrong: what is said of it, and what is left."""

from __future__ import annotations

import pytest

from tests.conftest import wait_until
from tests.project import Project

SLEEP = 'op.execute("SELECT pg_sleep(30)")'


def test_an_sql_error_is_named_with_revision_and_sqlstate_and_leaves_nothing(project: Project) -> None:
    project.line("001", "002")
    project.script("003", "002", upgrade='op.execute("ALTER TABLE nowhere ADD COLUMN a int")')
    result = project.run("head")
    assert (result.code, result.reason) == (1, "MigrationFailed")
    assert (result.outcome["revision"], result.outcome["sqlstate"]) == ("003", "42P01")
    assert 'relation "nowhere" does not exist' in result.message
    assert "ALTER TABLE" not in result.message
    assert (result.outcome["before"], result.outcome["after"], result.outcome["applied"]) == ([], [], 0)
    assert project.database.made() == []


@pytest.mark.parametrize("driver", ["psycopg2", "pg8000", "asyncpg"])
def test_every_driver_tells_sqlstate_and_message_of_an_sql_error(project: Project, driver: str) -> None:
    project.use(driver)
    project.script("001", upgrade='op.execute("ALTER TABLE nowhere ADD COLUMN a int")')
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"], result.outcome["revision"]) == ("MigrationFailed", "42P01", "001")
    assert 'relation "nowhere" does not exist (SQLSTATE' in result.message
    assert project.database.made() == []


def test_details_of_a_violated_constraint_stay_in_the_database(project: Project) -> None:
    project.script(
        "001",
        upgrade='op.execute("CREATE TABLE p (mail text UNIQUE)"); '
        "op.execute(\"INSERT INTO p VALUES ('bob@example.org'), ('bob@example.org')\")",
    )
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "23505")
    assert "bob" not in result.message


def test_a_downgrade_that_raises_is_named_and_leaves_everything(project: Project) -> None:
    project.line("001", "002")
    project.script("003", "002", downgrade="op.drop_table('t_003')\nraise ValueError('data would be lost')")
    assert project.run("head").code == 0
    before = project.database.catalog()
    result = project.run("001")
    assert (result.reason, result.outcome["revision"]) == ("MigrationFailed", "003")
    assert "downgrade() of revision 003 raised ValueError: data would be lost" in result.message
    assert "003.py:" in result.message
    assert result.outcome["after"] == ["003"]
    assert project.database.catalog() == before


def test_with_a_transaction_for_each_migration_the_applied_ones_stay_and_are_named(project: Project) -> None:
    project.sync("transaction_per_migration=True")
    project.line("001", "002")
    script = project.script("003", "002", upgrade='op.execute("SELECT 1/0")')
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("PartiallyApplied", "22012")
    assert (result.outcome["after"], result.outcome["applied"], result.outcome["revision"]) == (["002"], 2, "003")
    assert project.database.rows() == ["002"]
    script.write_text(script.read_text().replace("1/0", "1"))
    assert project.run("head").outcome["after"] == ["003"]


def test_a_lock_that_is_not_to_be_had_rolls_back_and_names_who_holds_it(project: Project) -> None:
    project.line("001")
    project.script("002", "001", upgrade='op.add_column("t_001", sa.Column("a", sa.Integer))')
    assert project.run("001").code == 0
    with project.database.connect(superuser=True) as holder:
        holder.execute("SET application_name = 'nightly-report'")
        holder.execute("BEGIN; LOCK TABLE t_001")
        pid = holder.info.backend_pid
        result = project.run("head", timeouts={"lock": 1500})
    assert (result.reason, result.outcome["sqlstate"], result.outcome["revision"]) == ("LockTimeout", "55P03", "002")
    assert "application nightly-report" in result.message
    assert f"process {pid}" in result.message
    assert "AccessExclusiveLock on t_001" in result.message
    assert next(e["holder"] for e in result.events if e["event"] == "waiting").startswith("process")
    assert result.outcome["after"] == ["001"]
    assert project.run("head").code == 0


def test_the_blocker_is_named_behind_an_asynchronous_driver_too(project: Project) -> None:
    project.asynchronous()
    project.line("001")
    project.script("002", "001", upgrade='op.add_column("t_001", sa.Column("a", sa.Integer))')
    assert project.run("001").code == 0
    with project.database.connect(superuser=True) as holder:
        holder.execute("SET application_name = 'nightly-report'")
        holder.execute("BEGIN; LOCK TABLE t_001")
        result = project.run("head", timeouts={"lock": 1500})
    assert result.reason == "LockTimeout"
    assert "application nightly-report" in result.message


def test_a_statement_that_takes_too_long_is_ended(project: Project) -> None:
    project.script("001", upgrade=SLEEP)
    result = project.run("head", timeouts={"statement": 300})
    assert (result.reason, result.outcome["sqlstate"], result.outcome["revision"]) == ("StatementTimeout", "57014", "001")
    assert "0.3 s" in result.message


def test_a_statement_that_a_person_cancels_is_not_taken_for_a_timeout(project: Project) -> None:
    project.script("001", upgrade=SLEEP)
    running = project.start("head")
    wait_until(
        lambda: project.database.query(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query = 'SELECT pg_sleep(30)'"
        )
    )
    result = running.result()
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "57014")
    assert "cancelled" in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_a_session_that_the_server_ends_is_a_lost_connection(project: Project, driver: str) -> None:
    project.use(driver)
    project.script("001", upgrade=f'op.create_table("a", sa.Column("id", sa.Integer)); {SLEEP}')
    running = project.start("head")
    wait_until(
        lambda: project.database.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query = 'SELECT pg_sleep(30)'"
        )
    )
    result = running.result()
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("ConnectionLost", "001", [])
    assert project.database.made() == []


def test_what_libpq_says_of_a_connection_blames_no_script(project: Project) -> None:
    # In its own words, as it comes when the server goes away in a COMMIT: no SQLSTATE, and the connection not closed yet.
    project.script("001", upgrade='import psycopg; raise psycopg.OperationalError("connection socket closed")')
    result = project.run("head")
    assert result.reason == "ConnectionLost", result.outcome
    assert "connection socket closed" in result.message


def test_a_right_that_is_missing_is_named(project: Project) -> None:
    project.database.execute("CREATE TABLE theirs (id int)", superuser=True)
    project.script("001", upgrade='op.add_column("theirs", sa.Column("a", sa.Integer))')
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"], result.outcome["revision"]) == ("PermissionDenied", "42501", "001")
    assert "must be owner of table theirs" in result.message


def test_a_role_that_may_not_create_the_version_table_is_told_so(project: Project) -> None:
    project.line("001")
    project.database.execute(
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC; ALTER SCHEMA public OWNER TO postgres", superuser=True
    )
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"], result.outcome["revision"]) == ("PermissionDenied", "42501", None)
    assert "in `CREATE TABLE alembic_version`" in result.message
    project.database.execute("REVOKE USAGE ON SCHEMA public FROM PUBLIC", superuser=True)
    result = project.run("head")
    assert result.reason == "PermissionDenied"
    assert "while the version table was being looked for" in result.message
    assert "GRANT USAGE, CREATE ON SCHEMA" in result.message


@pytest.mark.requires("autobegin")
def test_an_env_py_that_rolls_everything_back_is_never_a_success(project: Project) -> None:
    project.sync()
    project.line("001", "002")
    text = project.env_py.read_text().replace(
        "        context.configure(",
        "        connection.exec_driver_sql(\"SET lock_timeout = '4s'\")\n        context.configure(",
    )
    project.env_py.write_text(text)
    result = project.run("head")
    assert (result.code, result.reason) == (1, "NotCommitted")
    assert "before context.configure()" in result.message
    assert (result.outcome["before"], result.outcome["after"], result.outcome["applied"]) == ([], [], 0)
    assert project.database.made() == []


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000"])
def test_an_env_py_that_leaves_its_transaction_open_is_told_so_at_once(project: Project, driver: str) -> None:
    """It holds the lock of the new version table, which would be waited for."""
    project.use(driver)
    project.line("001", "002")
    project.env_py.write_text(
        "import os\nfrom alembic import context\nfrom sqlalchemy import create_engine\n"
        'connection = create_engine(os.environ["DATABASE_URL"]).connect()\n'
        "context.configure(connection=connection)\ncontext.run_migrations()\n"
    )
    result = project.run("head")
    assert result.reason == "NotCommitted", result.message
    assert "context.begin_transaction()" in result.message
    assert (result.outcome["after"], project.database.made()) == ([], [])


def test_an_env_py_that_rolls_back_asynchronously_is_never_a_success(project: Project) -> None:
    project.asynchronous()
    project.line("001", "002")
    text = project.env_py.read_text().replace(
        "    context.configure(", "    connection.exec_driver_sql(\"SET lock_timeout = '4s'\")\n    context.configure("
    )
    project.env_py.write_text(text)
    assert project.run("head").reason == "NotCommitted"
    assert project.database.made() == []


def test_an_env_py_that_hides_the_error_of_a_migration_does_not_hide_it_here(project: Project) -> None:
    project.sync()
    project.script("001", upgrade='op.execute("SELECT 1/0")')
    text = project.env_py.read_text().replace(
        "\nrun_migrations_online()", "\ntry:\n    run_migrations_online()\nexcept Exception:\n    pass"
    )
    project.env_py.write_text(text)
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"], result.outcome["revision"]) == ("MigrationFailed", "22012", "001")


@pytest.mark.parametrize(
    "what",
    [
        "raise SystemExit(3)",
        "raise SystemExit(0)",
        "import os; os._exit(0)",
        "raise KeyboardInterrupt",
        "recurse = lambda: recurse()\nrecurse()",
        "raise MemoryError",
    ],
)
def test_whatever_a_migration_raises_is_its_failure(project: Project, what: str) -> None:
    project.script("001", upgrade=what)
    result = project.run("head")
    assert (result.code, result.reason, result.outcome["revision"]) == (1, "MigrationFailed", "001")


def test_a_connection_that_is_lost_after_the_commit_is_no_failure(project: Project) -> None:
    project.line("001", "002")
    project.env_py.write_text(
        project.env_py.read_text().replace(
            "            context.run_migrations()\n",
            "            context.run_migrations()\n"
            "        connection.exec_driver_sql('SELECT pg_terminate_backend(pg_backend_pid())')\n",
        )
    )
    result = project.run("head")
    assert (result.code, result.reason, result.outcome["after"]) == (0, "AtTargetRevision", ["002"])


def test_a_deadlock_is_tried_again(project: Project) -> None:
    project.line("001", "002")
    project.script(
        "003",
        "002",
        upgrade="""
        op.execute("LOCK TABLE t_001")
        op.execute("SELECT pg_sleep(2)")
        op.execute("LOCK TABLE t_002")
    """,
    )
    assert project.run("002").code == 0
    with project.database.connect(superuser=True) as other:
        other.execute("SET deadlock_timeout = '30s'; BEGIN; LOCK TABLE t_002")
        running = project.start("head")
        wait_until(
            lambda: project.database.query(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(2)'"
            )
        )
        other.execute("LOCK TABLE t_001")
    result = running.result()
    assert (result.reason, result.outcome["sqlstate"]) == ("LockTimeout", "40P01")


@pytest.mark.parametrize("direction", ["upgrade", "downgrade"])
def test_a_script_that_takes_the_version_table_along_is_told_so(project: Project, direction: str) -> None:
    project.line("001")
    project.script("002", "001", **{direction: 'op.execute("DROP TABLE alembic_version")'})
    result = project.run("head")
    if direction == "downgrade":
        result = project.run("001")
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "42P01")
    assert f"It was there when the step began: {direction}() drops it" in result.message
    assert project.database.rows() == (["002"] if direction == "downgrade" else [])
