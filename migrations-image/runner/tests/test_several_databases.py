"""An env.py that connects several times: to several databases, or to the schemas of one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.faults.proxy import Proxy
from tests.project import Project
from tests.server import Database


@pytest.fixture
def proxy(project: Project) -> Iterator[Proxy]:
    """Another name for the same server."""
    split = urlsplit(project.database.server.url)
    made = Proxy(lambda: (str(split.hostname), split.port or 5432))
    yield made
    made.close()


NEXT = """
import os
from alembic import context
from sqlalchemy import create_engine

for name in ("DATABASE_URL", "MINE"):
    with create_engine(os.environ[name]).connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()
"""


def test_of_several_databases_each_is_looked_at_and_it_is_said_what_became_of_the_first(
    project: Project, other_database: Database
) -> None:
    project.env_py.write_text(NEXT)
    project.line("001")
    url = project.database.url("psycopg2")
    result = project.run("head", environment={"MINE": other_database.url("psycopg2")}, url=url)
    assert (result.reason, project.database.made(), other_database.tables()) == ("DatabaseMismatch", ["t_001"], [])
    assert "The version table was at base and is now at 001" in result.message
    assert "env.py names DATABASE_URL: see what it makes of it" in result.message
    named = project.run(
        "head", environment={"MINE": other_database.url("psycopg2")}, url=url, urlOptions=["sqlalchemy.url", "other:url=MINE"]
    )
    assert (named.reason, other_database.made()) == ("AtTargetRevision", ["t_001"]), named.message
    # Who has the URL of the one only must not look for the table of the other one there.
    assert named.outcome["versionTables"] == {"count": 1, "names": None}


TENANTS = """
import os
from alembic import context
from sqlalchemy import create_engine, pool, text

engine = create_engine(os.environ["MINE"], poolclass=pool.NullPool)
for tenant in ("a", "b", "c"):
    with engine.connect() as connection:
        connection.execute(text("SET search_path TO " + tenant))
        connection.commit()
        connection.dialect.default_schema_name = tenant
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()
"""


@pytest.mark.requires("autobegin")
def test_tenants_in_schemas_of_one_database_are_one_database_that_is_looked_for_once(project: Project, proxy: Proxy) -> None:
    project.env_py.write_text(TENANTS)
    project.line("001")
    for tenant in ("a", "b", "c"):
        project.database.execute(f"CREATE SCHEMA {tenant}")
    mine = project.database.url("psycopg2", host=proxy.host)
    result = project.run("head", environment={"MINE": mine}, url=project.database.url("psycopg2", password="none"))
    assert result.reason == "DatabaseMismatch"
    database = {"variable": "DATABASE_URL", "unverified": "Allow"}
    allowed = project.run(
        "head", environment={"MINE": mine}, url=project.database.url("psycopg2", password="none"), database=database
    )
    assert (allowed.reason, allowed.outcome["applied"]) == ("AtTargetRevision", 3), allowed.message
    assert sum("could not be decided" in warning for warning in allowed.outcome["warnings"]) == 1


STUBBORN = """
import os
from alembic import context
from sqlalchemy import create_engine

for name in ("DATABASE_URL", "MINE", "MINE"):
    with create_engine(os.environ[name]).connect() as connection:
        try:
            context.configure(connection=connection, target_metadata=None)
        except Exception as error:
            print("caught", error)
        with context.begin_transaction():
            context.run_migrations()
"""


def test_an_env_py_that_catches_the_refusal_runs_nothing_there_either(project: Project, other_database: Database) -> None:
    project.env_py.write_text(STUBBORN)
    project.line("001")
    result = project.run("head", environment={"MINE": other_database.url("psycopg2")}, url=project.database.url("psycopg2"))
    assert "caught env.py connected to" in result.stdout
    assert (result.reason, other_database.tables()) == ("DatabaseMismatch", [])
