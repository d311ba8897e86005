"""A real PgBouncer between the runner and the server: a session that it keeps together is as good as one without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbmigration.refusal import Refusal
from dbmigration.session.session import Session
from tests.features import FEATURES, lacking, under_test
from tests.pooler import pgbouncer
from tests.project import Project

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg", "psycopg, asynchronously"]


@pytest.fixture
def address(project: Project, mode: str) -> Iterator[str]:
    with pgbouncer(project.database, mode) as address:
        yield address


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_one_that_takes_sessions_apart_is_refused_before_anything_is_touched(
    project: Project, address: str, mode: str, driver: str
) -> None:
    project.use(driver)
    project.line("001")
    result = project.run("head", url=project.database.url(driver, host=address))
    # In statement mode it ends the session at the first BEGIN, and not every driver tells with which words.
    heard = driver == "psycopg" or (driver == "asyncpg" and lacking(FEATURES["last_words"], under_test()) is None)
    possible = ["PoolerDetected"] if heard or mode != "statement" else ["PoolerDetected", "ConnectionLost"]
    assert result.reason in possible, result.message
    assert "such as PgBouncer" in result.message
    assert project.database.tables() == []
    assert project.run("head").reason == "AtTargetRevision"


@pytest.mark.parametrize("mode", ["session"])
@pytest.mark.parametrize("driver", DRIVERS)
def test_one_that_keeps_sessions_together_is_no_matter(project: Project, address: str, driver: str) -> None:
    project.use(driver)
    project.line("001", "002")
    url = project.database.url(project.driver, host=address)
    for target, rows in (("head", ["002"]), ("001", ["001"]), ("head", ["002"])):
        result = project.run(target, url=url)
        assert (result.reason, project.database.rows()) == ("AtTargetRevision", rows), result.message
    locks = "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = "
    assert project.database.query(f"{locks}'{project.database.name}'") == []


@pytest.mark.parametrize("mode", ["session", "transaction"])
@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_within_a_transaction_of_env_pys_own_it_is_found_out_as_well(
    project: Project, address: str, mode: str, driver: str
) -> None:
    project.use(driver)
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace("engine.connect()", "engine.begin()"))
    project.line("001")
    result = project.run("head", url=project.database.url(driver, host=address))
    assert result.reason == ("AtTargetRevision" if mode == "session" else "PoolerDetected"), result.message


def test_one_that_gives_a_session_to_the_next_as_it_is_is_refused(project: Project) -> None:
    project.line("001")
    with pgbouncer(project.database, "session", "server_reset_query =") as address:
        result = project.run("head", url=project.database.url(project.driver, host=address))
    assert result.reason == "PoolerDetected", result.message
    assert "server_reset_query" in result.message
    assert project.database.tables() == []


def test_one_that_has_no_second_connection_to_tell_by_is_refused(project: Project) -> None:
    project.line("001")
    with pgbouncer(project.database, "session", "default_pool_size = 1", "query_wait_timeout = 2") as address:
        result = project.run("head", url=project.database.url(project.driver, host=address))
    assert result.reason == "PoolerDetected", result.message
    assert "could not be found out" in result.message
    assert project.database.tables() == []


def test_another_process_at_a_step_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pooler that passed does this; one of another make might."""
    session = Session.__new__(Session)
    session.pid, session.database = 4711, "shop"
    monkeypatch.setattr(Session, "query", lambda *_: [("dbmigration", 4712)])
    with pytest.raises(Refusal, match="another process of the server \\(4712 instead of 4711\\)") as refused:
        session.name("team/thing 1/2 001")
    assert refused.value.reason == "PoolerDetected"
