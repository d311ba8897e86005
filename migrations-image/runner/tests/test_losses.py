"""What a plan would delete is right: nothing that goes is missed, and what asks for no reason is known by name."""

from __future__ import annotations

import pytest

from tests import operations_on_sequences as sequences
from tests.operations import ALARMS, DELETING, FILLED, HARMLESS, SCHEMA, Operation
from tests.project import Project, Result

ROWS_OF_ALL = """
SELECT sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM ONLY %I.%I', schemaname, tablename),
    false, true, '')))[1]::text::int) FROM pg_tables WHERE schemaname IN ('public', 'shop') AND tablename <> 'alembic_version'
"""


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


DELETING_ALL = {**DELETING, **sequences.DELETING}
HARMLESS_ALL = {**HARMLESS, **sequences.HARMLESS}
ALARMS_ALL = {**ALARMS, **sequences.ALARMS}


@pytest.mark.parametrize("operation", DELETING_ALL.values(), ids=DELETING_ALL)
def test_what_goes_is_told_where_there_are_rows_and_nowhere_else(project: Project, operation: Operation) -> None:
    prepared(project, operation.body)
    assert deletes(project.run("001", mode="Plan")) == []
    project.database.execute(FILLED)
    assert deletes(project.run("001", mode="Plan")) == sorted(operation.filled)
    assert project.database.query("SELECT count(*), (SELECT count(*) FROM orders) FROM users") == [(3, 2)]
    assert project.database.rows() == ["002"]


@pytest.mark.parametrize("body", HARMLESS_ALL.values(), ids=HARMLESS_ALL)
def test_what_loses_nothing_runs_by_itself_and_every_row_is_there_afterwards(project: Project, body: str) -> None:
    prepared(project, body).database.execute(FILLED)
    assert deletes(project.run("001", mode="Plan")) == []
    before = project.database.query(ROWS_OF_ALL)[0][0]
    assert project.run("001", approval={}).reason == "AtTargetRevision"
    assert project.database.query(ROWS_OF_ALL)[0][0] >= before > 10


@pytest.mark.parametrize("body", ALARMS_ALL.values(), ids=ALARMS_ALL)
def test_what_nobody_can_tell_counts_as_deleting(project: Project, body: str) -> None:
    result = prepared(project, body).run("001", mode="Plan")
    assert deletes(result)[0].startswith("unknown: ")
    assert "cannot be told beforehand" in result.message
    assert not (project.directory / "written").exists()
