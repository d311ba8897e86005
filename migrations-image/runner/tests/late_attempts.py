"""Attempts that follow each other on one version table, and what is noted of them there."""

from __future__ import annotations

from typing import Any

from dbmigration.session.notes import ATTEMPTS, Comment
from tests.project import RESOURCE, Project, Result

DRIVERS = ["psycopg", "psycopg, asynchronously", "psycopg2", "pg8000", "asyncpg"]
ASLEEP = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"


def four_revisions(project: Project) -> Project:
    project.script("001")
    project.script("002", "001", upgrade='op.execute("SELECT 1 FROM broken")')
    project.line("003", "004", down="002")
    return project


def assert_superseded(result: Result, attempt: int, uid: str = RESOURCE["uid"]) -> None:
    assert (result.code, result.reason) == (1, "Superseded"), result.outcome
    assert result.outcome["newest"] == {"uid": uid, "attempt": attempt}
    assert f"attempt {attempt}" in result.message
    assert "nothing was run" in result.message
    assert [event for event in result.events if event["event"] in ("plan", "step")] == []


def is_warned(result: Result) -> bool:
    return any("could not be noted which attempt is the newest" in warning for warning in result.outcome["warnings"])


def sequence_of(project: Project) -> str:
    [(name,)] = project.database.query("SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE 'dbmigration%'")
    return str(name)


def noted_at(project: Project, relation: str = "alembic_version") -> list[dict[str, Any]]:
    found = project.database.query(f"SELECT obj_description('{relation}'::regclass, 'pg_class')")[0][0]
    return list(Comment.parse(found or "").notes.get(ATTEMPTS, []))
