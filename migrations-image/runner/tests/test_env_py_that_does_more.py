"""An env.py that goes its own way. What is true of the database decides, and what env.py did besides is a warning."""

from __future__ import annotations

import pytest

from tests.conftest import wait_until
from tests.project import Project

DRIVERS = ["psycopg", "psycopg2", "asyncpg", "pg8000"]
AGAIN = """
import time
for attempt in range(4):
    try:
        {run}
        break
    except Exception as error:
        print(error, flush=True)
        time.sleep(0.2)
else:
    raise RuntimeError("four times in vain")
"""


def _tries_again(project: Project) -> None:
    """As people do who have heard of lock timeouts."""
    text = project.env_py.read_text()
    run = next(one for one in ("asyncio.run(run_async_migrations())", "run_migrations_online()") if one in text)
    head, _, _ = text.rpartition(run)
    project.env_py.write_text(head + AGAIN.format(run=run))


@pytest.mark.parametrize("driver", DRIVERS)
def test_one_that_tries_again_by_itself_and_succeeds_is_at_its_target(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001")
    project.script("002", "001", upgrade='op.add_column("t_001", sa.Column("a", sa.Integer))')
    assert project.run("001").code == 0
    _tries_again(project)
    with project.database.connect(superuser=True) as holder:
        holder.execute("BEGIN; LOCK TABLE t_001")
        running = project.start("head", timeouts={"lock": 700})
        wait_until(lambda: "lock timeout" in running.printed())
        holder.execute("ROLLBACK")
        result = running.result()
    assert (result.code, result.reason) == (0, "AtTargetRevision"), result.message
    assert "The database is at 002: 1 step up from 001" in result.message
    told = "env.py began anew by itself after upgrade() of revision 002 had failed (canceling statement due to lock timeout)"
    assert told in result.message
    assert told in result.outcome["warnings"]
    assert (result.outcome["before"], result.outcome["after"], result.outcome["applied"]) == (["001"], ["002"], 1)


def test_one_that_tries_again_in_vain_is_told_the_last_failure(project: Project) -> None:
    project.script("001", upgrade='op.execute("SELECT 1/0")')
    _tries_again(project)
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("MigrationFailed", [])
    assert "In upgrade() of revision 001 the server said: division by zero" in result.message


def test_one_that_hides_what_a_script_raised_does_not_hide_it_here(project: Project) -> None:
    project.script("001", upgrade="raise ValueError('no rows')")
    _tries_again(project)
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("MigrationFailed", "001")
    assert "upgrade() of revision 001 raised ValueError: no rows" in result.message
    assert "env.py caught that, and ended with RuntimeError: four times in vain (" in result.message


def test_what_an_earlier_try_committed_counts_as_done_by_this_run(project: Project) -> None:
    project.sync("transaction_per_migration=True")
    project.line("001", "002")
    project.script("003", "002", upgrade='import os\nif not os.path.exists("x"): open("x", "w"); op.execute("SELECT 1/0")')
    _tries_again(project)
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.message
    assert "3 steps up from base" in result.message
    assert (result.outcome["before"], result.outcome["applied"]) == ([], 3)


def test_what_an_earlier_try_left_half_done_is_told_when_the_later_one_fails_too(project: Project) -> None:
    project.script(
        "001",
        upgrade="""
        with op.get_context().autocommit_block():
            op.execute("CREATE TABLE IF NOT EXISTS half (id int)")
        op.execute("SELECT 1/0")
    """,
    )
    _tries_again(project)
    result = project.run("head")
    assert result.reason == "PartiallyApplied", result.message
    assert "CREATE TABLE IF NOT EXISTS half" in result.message


def test_a_version_table_that_is_handed_over_twice_is_one(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(project.env_py.read_text() + "\nrun_migrations_online()\n")
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.message
    assert "1 step up from base" in result.message
    assert "version tables" not in result.message
    assert not any("env.py" in warning for warning in result.outcome["warnings"])


FAILURES = {
    "OSError": "open('/nonexistent/report', 'w')",
    "RuntimeError": "raise RuntimeError('no mail server')",
    "exit 3": "import sys; sys.exit(3)",
    "exit 4": "os._exit(4)",
    "permission denied": "create_engine(os.environ['DATABASE_URL']).connect().exec_driver_sql('SELECT * FROM pg_authid')",
}


@pytest.mark.parametrize("steps", ["applies", "finds"])
@pytest.mark.parametrize("failure", FAILURES)
def test_one_that_fails_when_all_is_committed_is_at_its_target(project: Project, failure: str, steps: str) -> None:
    project.line("ad01", "ad02")
    assert project.run("ad01" if steps == "applies" else "ad02").code == 0
    project.env_py.write_text(project.env_py.read_text() + "\n" + FAILURES[failure] + "\n")
    result = project.run("ad02")
    assert (result.code, result.reason) == (0, "AtTargetRevision"), result.message
    assert "The database is at ad02" in result.message
    assert "Nothing was run" not in result.message
    assert "env.py failed afterwards (" in result.message
    assert (failure if failure != "OSError" else "FileNotFoundError") in result.message
    assert any("env.py failed afterwards" in warning for warning in result.outcome["warnings"])


def test_one_that_ends_the_process_when_all_is_committed_is_at_its_target(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(project.env_py.read_text() + "\nos._exit(0)\n")
    result = project.run("head")
    assert (result.code, result.reason, result.outcome["after"]) == (0, "AtTargetRevision", ["001"]), result.message


def test_a_child_that_it_forks_ends_as_it_says(project: Project) -> None:
    project.line("001")
    ending = "\nchild = os.fork() or os._exit(7)\nprint('ended', os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    project.env_py.write_text(project.env_py.read_text() + ending)
    running = project.start("head")
    assert running.result().reason == "AtTargetRevision"
    assert "ended 7" in running.printed()


def test_one_that_may_have_had_more_to_do_is_not(project: Project) -> None:
    project.line("001")
    loop = "for tenant in ('a', 'b'):\n    if tenant == 'b': raise KeyError(tenant)\n    run_migrations_online()\n"
    project.env_py.write_text(project.env_py.read_text().replace("\nrun_migrations_online()\n", "\n" + loop))
    result = project.run("head")
    assert result.reason == "ConfigurationError", result.message
    assert "Nothing was run" not in result.message
    assert "The version table was at base and is now at 001" in result.message
    # With its URL the first one was migrated.
    assert "Secret" not in result.message


@pytest.mark.parametrize("source", ["def broken(:\n    run_migrations\n", "for x in (1,):\n    run_migrations = 1 / 0\n"])
def test_what_cannot_be_read_or_repeats_itself_is_not_either(project: Project, source: str) -> None:
    project.line("001")
    project.directory.joinpath("later.py").write_text(source)
    project.env_py.write_text(project.env_py.read_text() + "\nimport later\n")
    result = project.run("head")
    assert result.reason == "ConfigurationError", result.message
    assert "is now at 001" in result.message


def test_a_relative_script_location_makes_no_difference(project: Project) -> None:
    project.line("001")
    project.ini.write_text(project.ini.read_text().replace("%(here)s/migrations", "migrations"))
    project.directory.joinpath("mine.py").write_text("def go(run):\n    run()\n")
    loop = "import mine\nfor tenant in ('a', 'b'):\n    if tenant == 'b': raise KeyError(tenant)\n"
    loop += "    mine.go(run_migrations_online)\n"
    project.env_py.write_text(project.env_py.read_text().replace("\nrun_migrations_online()\n", "\n" + loop))
    assert project.run("head").reason == "ConfigurationError"


def test_one_that_cannot_connect_to_the_next_is_not(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(
        project.env_py.read_text() + "\nos.environ['DATABASE_URL'] = 'postgresql://a@127.0.0.1:1/x'\nrun_migrations_online()\n"
    )
    project.driver = "psycopg2"
    result = project.run("head")
    assert result.reason == "DatabaseUnreachable", result.message


def test_a_failure_before_anything_was_run_still_says_so(project: Project) -> None:
    project.line("001")
    project.env_py.write_text("raise RuntimeError('x')\n" + project.env_py.read_text())
    assert "Nothing was run" in project.run("head").message


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_commit_in_a_statement_commits_what_the_server_says(project: Project, driver: str) -> None:
    project.use(driver)
    project.database.execute("CREATE TYPE mood AS ENUM ('a')")
    project.script(
        "001",
        upgrade='op.execute("COMMIT")\nop.execute("ALTER TYPE mood ADD VALUE \'b\'")\nop.execute("SELECT 1/0")',
    )
    result = project.run("head")
    there = ("b",) in project.database.query("SELECT enumlabel FROM pg_enum")
    assert there == (driver in ("psycopg2", "asyncpg"))
    assert result.reason == ("PartiallyApplied" if there else "MigrationFailed"), result.message
    assert ("committed: ALTER TYPE mood ADD VALUE" in result.message) == there


def test_a_version_table_that_ends_with_the_session_is_refused_before_any_step(project: Project) -> None:
    project.line("001")
    text = project.env_py.read_text()
    made = 'connection.exec_driver_sql("CREATE TEMP TABLE alembic_version (version_num varchar(32))"); connection.commit()'
    project.env_py.write_text(text.replace("        context.configure(", f"        {made}\n        context.configure("))
    result = project.run("head")
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert "the version table alembic_version is a temporary one" in result.message.lower()
    assert project.database.tables() == []
