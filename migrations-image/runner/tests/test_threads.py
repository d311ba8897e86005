"""An env.py that connects in a thread of its own is told the same as any other."""

from __future__ import annotations

import socket

import pytest

from tests.project import Project

THREAD = "import threading\nthread = threading.Thread(target=run_migrations_online)\nthread.start()\nthread.join()\n"
WAYS = {
    "asyncio.to_thread": "import asyncio\nasyncio.run(asyncio.to_thread(run_migrations_online))\n",
    "ThreadPoolExecutor": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor() as workers: workers.submit(run_migrations_online).result()\n",
    "executor without a result": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor() as workers: workers.submit(run_migrations_online)\n",
    "Thread": THREAD,
}
# SQLAlchemy 1.4 does not tell of an error that stays in a thread.
TOLD = [pytest.param(way, marks=pytest.mark.requires("connection_errors")) for way in ("executor without a result", "Thread")]


def _by(project: Project, way: str) -> Project:
    project.use("psycopg2")
    project.line("001")
    head, _, _ = project.env_py.read_text().rpartition("run_migrations_online()")
    project.env_py.write_text(head + WAYS[way])
    return project


@pytest.mark.parametrize("way", WAYS)
def test_it_migrates(project: Project, way: str) -> None:
    result = _by(project, way).run("head")
    assert result.reason == "AtTargetRevision", result.message + result.stderr
    assert project.database.rows() == ["001"]


@pytest.mark.parametrize("way", ["asyncio.to_thread", "ThreadPoolExecutor", *TOLD])
def test_a_port_where_nothing_listens_is_unreachable(project: Project, way: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    result = _by(project, way).run("head", url=project.database.url("psycopg2", host=f"127.0.0.1:{port}"))
    assert result.reason == "DatabaseUnreachable", result.message
    assert f"127.0.0.1:{port}" in result.message


@pytest.mark.parametrize("way", ["asyncio.to_thread", "ThreadPoolExecutor", *TOLD])
def test_a_host_that_does_not_exist_is_unreachable(project: Project, way: str) -> None:
    result = _by(project, way).run("head", url=project.database.url("psycopg2", host="no-such-host.invalid:5432"))
    assert result.reason == "DatabaseUnreachable", result.message


@pytest.mark.parametrize("way", ["asyncio.to_thread", "ThreadPoolExecutor", *TOLD])
def test_a_database_that_does_not_exist_yet_is_waited_for(project: Project, way: str) -> None:
    result = _by(project, way).run("head", url=project.database.url("psycopg2", name="nowhere"))
    assert result.reason == "DatabaseMissing", result.message


def test_a_host_that_does_not_answer_ends_the_run_after_fifteen_seconds(project: Project) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        result = _by(project, "ThreadPoolExecutor").run("head", url=project.database.url("psycopg2", host=host))
    assert result.reason == "DatabaseUnreachable", result.message
    assert 14 < result.seconds < 20


@pytest.mark.parametrize("way", ["asyncio.to_thread", "ThreadPoolExecutor", "Thread"])
def test_a_statement_that_fails_there_is_named(project: Project, way: str) -> None:
    _by(project, way).script("001", upgrade='op.execute("SELECT 1/0")')
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("MigrationFailed", "001"), result.message
