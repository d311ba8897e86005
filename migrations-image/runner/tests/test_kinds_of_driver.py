"""A driver that has to be awaited, and an env.py that does not, or the other way round: no network is to blame, only an edit
helps, and what to write is said where it is written."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.project import ASYNC, SYNC, Project, Result

URL = 'os.environ["DATABASE_URL"]'


def _told(result: Result, project: Project) -> str:
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert f"env.py failed ({project.env_py}:" in result.message
    assert "network" not in result.message
    assert project.database.tables() == []
    assert project.database.password not in result.stdout + result.stderr
    return result.message


@pytest.mark.requires("psycopg")
@pytest.mark.parametrize("driver", ["asyncpg", "psycopg_async"])
@pytest.mark.parametrize("way", ["env.py", "a module", "a thread"])
def test_an_asynchronous_driver_in_a_synchronous_env_py(project: Project, driver: str, way: str) -> None:
    project.line("001")
    text = SYNC.format(options="")
    if way == "a module":
        (project.directory / "db.py").write_text("import sqlalchemy\nmake = sqlalchemy.create_engine\n")
        text = text.replace("from sqlalchemy import create_engine, pool", "from sqlalchemy import pool\nimport db")
        text = text.replace("create_engine(", "db.make(")
    elif way == "a thread":
        text = text.replace(
            "\nrun_migrations_online()", "\nimport asyncio\nasyncio.run(asyncio.to_thread(run_migrations_online))"
        )
    project.env_py.write_text(text)
    told = _told(project.run("head", url=project.database.url(driver)), project)
    assert f"The driver {driver} is asynchronous, and env.py connects synchronously" in told
    assert "write postgresql+psycopg:// in the Secret" in told
    assert "dbmigrations.io/retry" in told


@pytest.mark.parametrize("driver", ["psycopg2", "pg8000"])
@pytest.mark.parametrize("way", ["create_async_engine", "AsyncEngine"])
def test_a_synchronous_driver_in_an_asynchronous_env_py(project: Project, driver: str, way: str) -> None:
    project.line("001")
    text = ASYNC.format(options="")
    if way == "AsyncEngine":
        text = text.replace("create_async_engine(", "AsyncEngine(sqlalchemy.create_engine(").replace("NullPool)", "NullPool))")
        text = text.replace("import create_async_engine", "import AsyncEngine\nimport sqlalchemy")
    project.env_py.write_text(text)
    told = _told(project.run("head", url=project.database.url(driver)), project)
    assert f"The driver {driver} is synchronous, and env.py makes an asynchronous engine" in told
    assert "write postgresql+asyncpg:// in the Secret" in told


def test_a_url_without_a_driver_is_told_which_one_it_means(project: Project) -> None:
    project.line("001")
    project.asynchronous()
    # As before version 2.1, whose default can do both.
    (project.directory / "sitecustomize.py").write_text(
        "from sqlalchemy.dialects import registry\n"
        "registry.register('postgresql', 'sqlalchemy.dialects.postgresql.psycopg2', 'PGDialect_psycopg2')\n"
    )
    url = project.database.url().replace("+psycopg", "")
    told = _told(project.run("head", url=url, environment={"PYTHONPATH": str(project.directory)}), project)
    assert "write postgresql+asyncpg:// in the Secret" in told
    assert "A URL that names none means psycopg2 to this SQLAlchemy" in told


@pytest.mark.requires("psycopg")
def test_the_driver_of_a_connection_in_parts_is_a_field(project: Project) -> None:
    project.sync()
    project.line("001")
    split = urlsplit(project.database.url())
    connection = {"hostVariable": "H", "portVariable": "P", "nameVariable": "N", "userVariable": "U", "passwordVariable": "W"}
    values = (split.hostname, str(split.port), project.database.name, split.username, split.password)
    parts = {**dict(zip("HPNUW", values)), "DATABASE_URL": None}
    database = {"variable": "DATABASE_URL", "connection": {**connection, "driver": "asyncpg"}}
    told = _told(project.run("head", database=database, environment=parts), project)
    assert "let spec.database.connection.driver be psycopg" in told
    assert "Secret" not in told


@pytest.mark.requires("psycopg")
def test_a_url_that_env_py_makes_is_env_pys(project: Project) -> None:
    project.line("001")
    text = SYNC.format(options="").replace(URL, f'{URL}.replace("+pg8000", "+asyncpg")')
    project.env_py.write_text(text)
    told = _told(project.run("head", url=project.database.url("pg8000")), project)
    assert "let the URL that env.py makes begin with postgresql+psycopg://" in told
    assert "Secret" not in told


def test_an_asynchronous_engine_that_is_used_outside_of_its_loop(project: Project) -> None:
    project.line("001")
    text = ASYNC.format(options="").rpartition("async def")[0]
    use = f"with create_async_engine({URL}).sync_engine.connect() as connection:\n    do_run_migrations(connection)\n"
    project.env_py.write_text(text + use)
    told = _told(project.run("head", url=project.database.url("asyncpg")), project)
    assert "The driver asyncpg is asynchronous, and it is used outside of run_sync()" in told
    assert "Secret" not in told


def test_a_script_that_opens_a_connection_of_its_own_is_to_blame(project: Project) -> None:
    project.sync()
    url = project.database.url("asyncpg")
    script: Path = project.script("001", upgrade="import os\nsa.create_engine(os.environ['OTHER_URL']).connect()")
    result = project.run("head", environment={"OTHER_URL": url})
    assert (result.reason, result.outcome["revision"]) == ("MigrationFailed", "001"), result.message
    assert "upgrade() of revision 001 raised MissingGreenlet" in result.message
    assert str(script) in result.message
    assert "op.get_bind()" in result.message
    assert "network" not in result.message
