"""Limits that env.py has by itself: what they end is no fault of the server's, nor of the script's."""

from __future__ import annotations

import pytest

from tests.project import SYNC, Project

ALARM = """
import signal

class Late(Exception):
    pass

def ring(*_):
    raise {kind}("migration took too long")

signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 1.5)
"""
SLOW = 'op.execute("SELECT pg_sleep(10)")'


def told_of_its_limit(project: Project, said: str) -> None:
    project.script("001", upgrade=SLOW)
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert "a limit of the project's own ended the run in upgrade() of revision 001" in result.message.replace(
        "A limit", "a limit"
    )
    assert "env.py:" in result.message
    assert said in result.message
    assert "Correct the script" not in result.message
    assert "connection to the database was lost" not in result.message
    assert result.outcome["after"] == []


@pytest.mark.parametrize("kind", ["TimeoutError", "Late"])
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000"])
def test_the_handler_of_an_alarm(project: Project, driver: str, kind: str) -> None:
    project.use(driver)
    project.env_py.write_text(ALARM.format(kind=kind) + SYNC.format(options=""))
    told_of_its_limit(project, f"{kind}: migration took too long")


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg, asynchronously"])
def test_asyncios(project: Project, driver: str) -> None:
    project.use(driver)
    limited = "asyncio.run(asyncio.wait_for(run_async_migrations(), 1.5))"
    source = project.env_py.read_text().replace(
        "asyncio.run(run_async_migrations())", f"async def main():\n    await {limited[12:-1]}\nasyncio.run(main())"
    )
    assert "wait_for" in source
    project.env_py.write_text(source)
    told_of_its_limit(project, "TimeoutError")


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_time_out_that_a_script_raises_is_the_scripts(project: Project, driver: str) -> None:
    project.use(driver)
    project.script("001", upgrade='raise TimeoutError("the backfill took too long")')
    result = project.run("head")
    assert result.reason == "MigrationFailed"
    assert "raised TimeoutError: the backfill took too long" in result.message
