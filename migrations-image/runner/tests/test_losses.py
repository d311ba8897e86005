"""What a plan would delete is right: nothing that goes is missed, and what asks for no reason is known by name."""

from __future__ import annotations

import pytest

from tests.operations import ALARMS, DELETING, FILLED, HARMLESS, SCHEMA, Operation
from tests.project import Project, Result


def prepared(project: Project, body: str) -> Project:
    project.line("001")
    project.script("002", "001", upgrade="pass", downgrade=body)
    project.database.execute(SCHEMA)
    project.database.execute(
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('002')"
    )
    return project


def deletes(result: Result) -> list[str]:
    assert result.reason == "Planned"
    told: list[str] = result.outcome["plan"]["deletes"]
    assert result.outcome["plan"]["lossy"] is bool(told)
    return sorted(told)


@pytest.mark.parametrize("operation", DELETING.values(), ids=DELETING)
def test_what_goes_is_told_where_there_are_rows_and_nowhere_else(project: Project, operation: Operation) -> None:
    prepared(project, operation.body)
    assert deletes(project.run("001", mode="Plan")) == []
    project.database.execute(FILLED)
    assert deletes(project.run("001", mode="Plan")) == sorted(operation.filled)
    assert project.database.query("SELECT count(*), (SELECT count(*) FROM orders) FROM users") == [(3, 2)]
    assert project.database.rows() == ["002"]


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_what_loses_nothing_does_not_ask(project: Project, body: str) -> None:
    prepared(project, body).database.execute(FILLED)
    assert deletes(project.run("001", mode="Plan")) == []


@pytest.mark.parametrize("body", ALARMS.values(), ids=ALARMS)
def test_what_nobody_can_tell_counts_as_deleting(project: Project, body: str) -> None:
    result = prepared(project, body).run("001", mode="Plan")
    assert deletes(result)[0].startswith("unknown: ")
    assert "cannot be told beforehand" in result.message
    assert not (project.directory / "written").exists()
