"""The run is ended from outside: within a second, with an outcome, and nothing keeps running on the server."""

from __future__ import annotations

import shutil
import signal
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import no_session_is_left, wait_until
from tests.project import RUNNER, Project, Running
from tests.test_contract import CONTRACT

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]
SLEEP = 'op.execute("SELECT pg_sleep(30)")'


def _asleep(project: Project) -> list[tuple[Any, ...]]:
    return project.database.query(
        "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(30)'"
    )


def _terminated(running: Running) -> tuple[Any, float]:
    started = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    result = running.result()
    return result, time.monotonic() - started


@pytest.mark.parametrize("driver", DRIVERS)
def test_sigterm_ends_a_statement_on_the_server_and_rolls_back(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001", "002")
    project.script("003", "002", upgrade=f'op.create_table("a", sa.Column("id", sa.Integer)); {SLEEP}')
    running = project.start("head")
    wait_until(lambda: _asleep(project))
    assert _asleep(project) == [("dbmigration team/thing 3/3 003",)]
    result, seconds = _terminated(running)
    # Left alone, the statement takes 30 s. How fast a busy machine is, is no matter of a test.
    assert seconds < 10
    assert (result.code, result.reason, result.outcome["revision"]) == (1, "Interrupted", "003")
    assert (result.outcome["before"], result.outcome["after"], result.outcome["applied"]) == ([], [], 0)
    assert project.database.made() == []
    no_session_is_left(project.database)
    assert result.stdout.splitlines()[-1] == running.log_text()


def _while_loading(project: Project) -> Running:
    """A runner that has begun to import its own modules, and would be a while about it."""
    loading = project.directory.parent / "loading"
    slow = project.directory.parent / "slow"
    shutil.copytree(RUNNER, slow, ignore=shutil.ignore_patterns("__pycache__"))
    first = slow / "run.py"
    pause = f"import time\nopen({str(loading)!r}, 'w').close()\ntime.sleep(3)\n"
    first.write_text(first.read_text().replace("import os\n", f"{pause}import os\n", 1))
    project.runner = slow
    running = project.start("head", anew=True)
    wait_until(loading.exists)
    return running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_while_modules_load_is_not_lost(project: Project, number: signal.Signals) -> None:
    project.line("001")
    running = _while_loading(project)
    started = time.monotonic()
    running.process.send_signal(number)
    result = running.result()
    assert time.monotonic() - started < 1
    assert (result.code, result.reason) == (1, "Interrupted")
    assert result.message.startswith(f"{number.name} arrived while the runner was being loaded: nothing was run.")
    assert set(result.outcome) == set(CONTRACT["outcome"])
    assert result.stdout.splitlines() == [running.log_text()]
    assert project.database.tables() == []


def test_no_moment_of_the_start_loses_a_signal(project: Project) -> None:
    """Before the first line of the runner it kills a process that is not the first of its container, as here."""
    project.script("001", upgrade=SLEEP)
    ends = set()
    for milliseconds in range(0, 400, 50):
        running = project.start("head", anew=True)
        time.sleep(milliseconds / 1000)
        result, seconds = _terminated(running)
        assert seconds < 10, milliseconds
        ends.add((result.code, result.outcome.get("reason")))
    assert ends <= {(1, "Interrupted"), (-signal.SIGTERM, None)}
    assert (1, "Interrupted") in ends


def test_sigterm_ends_a_migration_that_computes(project: Project) -> None:
    project.script(
        "001", upgrade='import time; op.create_table("a", sa.Column("id", sa.Integer)); print("now"); time.sleep(30)'
    )
    running = project.start("head")
    wait_until(
        lambda: project.database.query(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%1/1 001'"
        )
    )
    result, _ = _terminated(running)
    assert (result.reason, result.outcome["after"]) == ("Interrupted", [])
    no_session_is_left(project.database)


def test_sigterm_is_heard_although_env_py_has_a_handler_of_its_own(project: Project) -> None:
    project.script("001", upgrade=SLEEP)
    project.env_py.write_text("import signal\nsignal.signal(signal.SIGTERM, print)\n" + project.env_py.read_text())
    running = project.start("head")
    wait_until(lambda: _asleep(project))
    result, _ = _terminated(running)
    assert result.reason == "Interrupted"


def test_sigterm_leaves_applied_steps_and_says_so(project: Project) -> None:
    project.sync("transaction_per_migration=True")
    project.line("001")
    project.script("002", "001", upgrade=SLEEP)
    running = project.start("head")
    wait_until(lambda: _asleep(project))
    result, _ = _terminated(running)
    assert (result.reason, result.outcome["after"], result.outcome["applied"]) == ("Interrupted", ["001"], 1)
    assert "is now at 001" in result.message


def test_sigterm_in_a_half_applied_revision_names_it(project: Project) -> None:
    project.script(
        "001", upgrade=f'op.execute("CREATE TABLE a (id int)")\nwith op.get_context().autocommit_block():\n    {SLEEP}'
    )
    running = project.start("head")
    wait_until(lambda: _asleep(project))
    result, _ = _terminated(running)
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("PartiallyApplied", "001", [])
    assert "CREATE TABLE a" in result.message


def test_sigterm_during_a_concurrent_index_names_what_it_leaves(project: Project) -> None:
    project.line("001")
    project.script(
        "002",
        "001",
        upgrade="""
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY i ON t_001 (id)")
    """,
    )
    assert project.run("001").code == 0
    with project.database.connect() as writer:
        writer.execute("BEGIN; INSERT INTO t_001 VALUES (1)")
        running = project.start("head")
        wait_until(
            lambda: project.database.query("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('i') AND NOT indisvalid")
        )
        result, _ = _terminated(running)
    assert (result.reason, result.outcome["revision"]) == ("InvalidIndex", "002")
    assert "public.i" in result.message


def test_the_deadline_of_the_run_is_kept(project: Project) -> None:
    project.script("001", upgrade=SLEEP)
    result = project.run("head", timeouts={"run": 4000})
    assert (result.code, result.reason, result.outcome["revision"]) == (1, "DeadlineExceeded", "001")
    assert "4 s were over (timeouts.run)" in result.message
    assert result.seconds < 15
    no_session_is_left(project.database)


def test_sigterm_before_there_is_a_connection_is_an_interruption_too(project: Project) -> None:
    project.line("001")
    project.env_py.write_text("import time\nprint('waiting', flush=True)\ntime.sleep(30)\n")
    running = project.start("head")
    wait_until(lambda: running.printed() == "waiting\n")
    result, _ = _terminated(running)
    assert (result.reason, result.outcome["after"]) == ("Interrupted", None)
    assert "The database was not touched." in result.message


def test_sigkill_leaves_no_session_for_long(project: Project) -> None:
    project.script("001", upgrade=f'op.create_table("a", sa.Column("id", sa.Integer)); {SLEEP}')
    running = project.start("head")
    wait_until(lambda: _asleep(project))
    running.process.kill()
    no_session_is_left(project.database)
    assert project.database.made() == []
    locks = "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory'"
    assert project.database.query(f"{locks} AND datname = current_database()") == []


def test_a_farewell_that_never_comes_does_not_delay_a_refusal_for_long(project: Project) -> None:
    split = urlsplit(project.database.server.url)
    project.asynchronous()
    project.script("001", upgrade='op.create_table("a", sa.Column("id", sa.Integer))')
    listener = socket.create_server(("127.0.0.1", 0))
    kept: list[socket.socket] = []

    def relay(source: socket.socket, sink: socket.socket) -> None:
        while data := source.recv(65536):
            sink.sendall(data)

    def serve() -> None:
        # Once the server has closed, nobody tells the client.
        client, _ = listener.accept()
        server = socket.create_connection((split.hostname, split.port or 5432))
        kept.extend((client, server))
        threading.Thread(target=relay, args=(client, server), daemon=True).start()
        threading.Thread(target=relay, args=(server, client), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    project.database.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    project.database.execute("INSERT INTO alembic_version VALUES ('unknown')")
    url = project.database.url("asyncpg", host=f"127.0.0.1:{listener.getsockname()[1]}")
    result = project.run("head", url=url)
    listener.close()
    assert result.reason == "DatabaseAhead"
    assert result.seconds < 12
