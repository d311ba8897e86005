"""What only one driver does, and an Alembic project that knows another one does not expect."""

from __future__ import annotations

import psycopg
import pytest

from tests.project import Project
from tests.server import Database


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_several_statements_in_one_string(project: Project, driver: str) -> None:
    project.use(driver)
    project.script("001", upgrade='op.execute("CREATE TABLE a (id int); CREATE TABLE b (id int);")')
    result = project.run("head")
    if driver == "psycopg":
        assert result.reason == "AtTargetRevision"
        return
    assert result.reason == "MigrationFailed"
    assert "give each an op.execute() of its own" in result.message


def test_a_syntax_error_is_one_with_asyncpg_too(project: Project) -> None:
    project.use("asyncpg")
    project.script("001", upgrade='op.execute("CREATE TABEL a (id int);")')
    result = project.run("head")
    assert "op.execute() of its own" not in result.message
    assert "Correct the script" in result.message


@pytest.mark.parametrize("said_by", ["the database", "the variable"])
def test_an_encoding_that_psycopg_does_not_decode(
    project: Project, database: Database, admin: psycopg.Connection[object], said_by: str
) -> None:
    environment = {"PGCLIENTENCODING": "SQL_ASCII"} if said_by == "the variable" else {}
    if not environment:
        database.close()
        admin.execute(f"DROP DATABASE {database.name}")
        admin.execute(
            f"CREATE DATABASE {database.name} OWNER {database.name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' "
            "TEMPLATE template0"
        )
    project.use("psycopg")
    project.script("001")
    result = project.run("head", environment=environment)
    assert result.reason == "ConfigurationError"
    assert "the encoding is SQL_ASCII" in result.message
    assert ("?client_encoding=utf8" if said_by == "the database" else "PGCLIENTENCODING") in result.message
    decoded = project.run("head", url=project.database.url("psycopg") + "?client_encoding=utf8")
    assert decoded.reason == "AtTargetRevision"


def test_a_port_that_kubernetes_sets_for_a_service(project: Project) -> None:
    project.script("001")
    source = project.env_py.read_text()
    project.env_py.write_text("import os\nport = int(os.environ['DB_PORT'])\n" + source)
    result = project.run("head", environment={"DB_PORT": "tcp://10.96.0.17:5432"})
    assert result.reason == "ConfigurationError"
    assert "for a Service that is called so" in result.message
    assert "enableServiceLinks: false" in result.message
