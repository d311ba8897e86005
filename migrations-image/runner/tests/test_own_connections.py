"""An env.py that opens its connection by the driver itself: what goes wrong then is told as by any other way."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.project import Project, Result

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]
MODULES = {"pg8000": "pg8000.dbapi"}
BY_CREATOR = """
import {module} as driver
from alembic import context
from sqlalchemy import create_engine
engine = create_engine("postgresql+{name}://", creator=lambda: driver.connect({arguments}))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
BY_ASYNC_CREATOR = """
import asyncio, asyncpg
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
def migrate(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
async def main():
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect({arguments}))
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
asyncio.run(main())
"""
WAITING = """
import {module} as driver
driver.connect({arguments}).close()
"""


def _run(project: Project, driver: str, way: str, **changed: object) -> Result:
    project.use(driver)
    project.line("001")
    split = urlsplit(project.database.url())
    name = project.database.name
    login = {"user": name, "password": project.database.password, "database": name}
    given: dict[str, object] = {"host": split.hostname, "port": split.port, **login}
    given |= changed
    if driver in ("psycopg", "psycopg2"):
        given["dbname"] = given.pop("database")
    arguments = ", ".join(f"{key}={value!r}" for key, value in given.items())
    if way == "a wait":
        wait = WAITING.format(module=MODULES.get(driver, driver), arguments=arguments)
        if driver == "asyncpg":
            wait = f"import asyncio, asyncpg\nasyncio.run(asyncpg.connect({arguments}))\n"
        project.env_py.write_text(wait + project.env_py.read_text())
    elif driver == "asyncpg":
        project.env_py.write_text(BY_ASYNC_CREATOR.format(arguments=arguments))
    else:
        made = BY_CREATOR.format(module=MODULES.get(driver, driver), name=driver, arguments=arguments)
        project.env_py.write_text(made)
    return project.run("head")


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_creator_migrates(project: Project, driver: str) -> None:
    assert _run(project, driver, "a creator").reason == "AtTargetRevision"


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("way", ["a creator", "a wait"])
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"port": 1}, "DatabaseUnreachable"),
        ({"host": "no-such-host.invalid"}, "DatabaseUnreachable"),
        ({"password": "of somebody else"}, "AuthenticationFailed"),
        ({"database": "not_made_yet"}, "DatabaseMissing"),
    ],
    ids=["nothing listens", "no such host", "another password", "no such database"],
)
def test_what_goes_wrong_is_no_matter_of_env_py(
    project: Project, driver: str, way: str, changed: dict[str, object], reason: str
) -> None:
    result = _run(project, driver, way, **changed)
    assert result.reason == reason, result.message
    assert "of somebody else" not in result.message


def test_an_argument_that_the_driver_does_not_know_is_one(project: Project) -> None:
    assert _run(project, "psycopg", "a creator", no_such_option=1).reason == "ConfigurationError"


QUOTED = "a value in it has a blank, a quote or a backslash"
STRINGS = {
    "a blank": ("'host=127.0.0.1 password=' + os.environ['MINE']", QUOTED),
    "a quote": ("'host=127.0.0.1 password=' + chr(39) + os.environ['MINE'][:-1]", QUOTED),
    "SQLAlchemy's URL": ("os.environ['DATABASE_URL']", "it is a URL of SQLAlchemy's, whose scheme names a driver"),
    "a percent sign": ("'postgresql://app:100%ig@127.0.0.1/app'", "a character in it is not percent-encoded"),
}


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize("case", STRINGS)
def test_a_string_that_libpq_cannot_read_is_no_outage(project: Project, driver: str, case: str) -> None:
    project.use(driver)
    project.line("001")
    string, told = STRINGS[case]
    project.env_py.write_text(f"import os, {driver}\n{driver}.connect({string})\n" + project.env_py.read_text())
    result = project.run("head", environment={"MINE": "Brat wurst4711 kraut'"})
    assert result.reason == "ConfigurationError"
    assert told in result.message
    assert "wurst4711" not in result.message + result.stdout + result.stderr
