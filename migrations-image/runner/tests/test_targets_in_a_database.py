"""From any revision to any other, in a real database."""

from __future__ import annotations

import pytest

from tests.project import Project


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_a_target_is_reached_upwards_and_downwards_with_every_driver(project: Project, driver: str) -> None:
    project.driver = driver
    if driver == "asyncpg":
        project.asynchronous()
    project.line("001", "002", "003", "004")
    up = project.run("003")
    assert (up.code, up.reason) == (0, "AtTargetRevision"), up.stderr
    assert project.database.tables() == ["alembic_version", "t_001", "t_002", "t_003"]
    assert (up.outcome["before"], up.outcome["after"], up.outcome["target"]) == ([], ["003"], ["003"])
    assert up.outcome["plan"] == {"direction": "Upgrade", "steps": 3}
    assert up.outcome["versionTable"] == "public.alembic_version"
    down = project.run("001")
    assert down.reason == "AtTargetRevision"
    assert project.database.tables() == ["alembic_version", "t_001"]
    assert (down.outcome["before"], down.outcome["after"], down.outcome["applied"]) == (["003"], ["001"], 2)
    assert down.outcome["plan"] == {"direction": "Downgrade", "steps": 2}
