"""Project code may replace threads, locks and waiting in the whole process, as gevent's monkey.patch_all() does."""

from __future__ import annotations

import signal
import time

import pytest

from tests.conftest import no_session_is_left, wait_until
from tests.project import Project

# What is called there never returns, but in the main thread, which env.py and the drivers need.
REPLACE = """
import _thread, os, select, threading, time

MAIN, IDENT, NEVER = _thread.get_ident(), _thread.get_ident, _thread.allocate_lock()
NEVER.acquire()

def replace(module, name):
    original = getattr(module, name)
    def replaced(*args, **kw):
        if IDENT() != MAIN:
            NEVER.acquire()
        return original(*args, **kw)
    setattr(module, name, replaced)

for module, names in ((select, ["select"]), (time, ["sleep"]), (threading, ["Lock", "Event", "get_ident"])):
    for name in names:
        replace(module, name)
def no_thread(*args, **kw):
    return 1
for module in (_thread, threading):
    for name in ("start_new_thread", "_start_new_thread", "start_joinable_thread", "_start_joinable_thread"):
        if hasattr(module, name):
            setattr(module, name, no_thread)
"""
DRIVERS = ["psycopg", "psycopg2", "pg8000"]
ASLEEP = 'op.execute("SELECT pg_sleep(30)")'


def _replaced_in(project: Project, place: str) -> None:
    if place == "env.py":
        project.env_py.write_text(REPLACE + project.env_py.read_text())
        return
    application = project.directory / "app.py"
    application.write_text(f"from flask import Flask\n{REPLACE}\napp = Flask(__name__)\n")
    text = project.env_py.read_text()
    project.env_py.write_text(f"from flask import current_app\nassert current_app.name\n{text}")


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("place", ["env.py", "the application"])
def test_sigterm_ends_the_run_all_the_same(project: Project, driver: str, place: str) -> None:
    project.use(driver)
    _replaced_in(project, place)
    project.script("001", upgrade=ASLEEP)
    running = project.start("head")
    asleep = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(30)'"
    wait_until(lambda: project.database.query(asleep))
    running.process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    result = running.result()
    assert time.monotonic() - started < 10
    assert (result.reason, result.outcome["before"], result.outcome["after"]) == ("Interrupted", [], []), result.message
    no_session_is_left(project.database)


@pytest.mark.parametrize("place", ["env.py", "the application"])
def test_so_does_its_deadline_though_env_py_never_connects(project: Project, place: str) -> None:
    _replaced_in(project, place)
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace("    engine = ", "    import time\n    time.sleep(30)\n    engine = "))
    project.line("001")
    result = project.run("head", timeouts={"run": 3000})
    assert result.reason == "DeadlineExceeded", result.message
    assert result.seconds < 15


@pytest.mark.parametrize("driver", DRIVERS)
def test_who_holds_a_lock_is_seen_and_progress_told(project: Project, driver: str) -> None:
    project.use(driver)
    _replaced_in(project, "env.py")
    project.database.execute("CREATE TABLE held (id int)")
    project.script("001", upgrade='op.execute("ALTER TABLE held ADD c int")')
    with project.database.connect() as other, other.transaction():
        other.execute("SELECT * FROM held")
        pid = other.info.backend_pid
        result = project.run("head", timeouts={"lock": 8000})
    assert result.reason == "LockTimeout", result.message
    assert f"process {pid}" in result.message
    assert any(event["event"] == "progress" for event in result.events)


def test_a_connection_that_came_about_has_no_deadline(project: Project) -> None:
    """Whose threads have other numbers since then, as greenlets have."""
    project.env_py.write_text("import threading\nthreading.get_ident = lambda: 4711\n" + project.env_py.read_text())
    project.script("001", upgrade='op.execute("SELECT pg_sleep(17)")')
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.message
