"""A script that opens a connection of its own, and does not get it: the script is named, and neither env.py nor an outage."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.project import Project, Result

AWAY = {
    "psycopg": "import psycopg\npsycopg.connect('host=127.0.0.1 port=1 dbname=warehouse')",
    "psycopg2": "import psycopg2\npsycopg2.connect('host=127.0.0.1 port=1 dbname=warehouse')",
    "pg8000": "import pg8000.dbapi\npg8000.dbapi.connect('u', host='127.0.0.1', port=1)",
    "SQLAlchemy": "sa.create_engine('postgresql+psycopg://u@127.0.0.1:1/warehouse').connect()",
}


def _run(project: Project, script: str) -> Result:
    project.script("001", upgrade=f'op.create_table("a", sa.Column("i", sa.Integer))\n{script}')
    return project.run("head")


@pytest.mark.parametrize("way", AWAY)
@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_another_server_that_does_not_answer(project: Project, driver: str, way: str) -> None:
    project.use(driver)
    result = _run(project, AWAY[way])
    assert (result.reason, result.outcome["revision"]) == ("MigrationFailed", "001"), result.message
    assert "upgrade() of revision 001 opens a connection of its own" in result.message
    assert "versions/001.py:" in result.message
    assert not any(words in result.message for words in ("was lost", "env.py", "the database's URL"))
    assert project.database.made() == []


def test_another_login_that_is_refused(project: Project) -> None:
    split = urlsplit(project.database.url())
    result = _run(
        project, f"import psycopg\npsycopg.connect(host={split.hostname!r}, port={split.port}, user='nobody', password='zzz9')"
    )
    assert (result.reason, result.outcome["revision"]) == ("MigrationFailed", "001"), result.message
    assert "revision 001 opens a connection of its own" in result.message
    assert "zzz9" not in result.stdout + result.message


def test_the_migrations_own_login_is_refused_as_everywhere(project: Project) -> None:
    project.sync()
    project.database.execute(f"ALTER ROLE {project.database.name} CONNECTION LIMIT 1", superuser=True)
    result = _run(project, "op.get_bind().engine.connect()")
    assert result.reason == "DatabaseUnreachable", result.message
    assert "too many connections for role" in result.message
