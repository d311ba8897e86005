"""Attempts that follow each other on one version table, and what is noted of them there."""

from __future__ import annotations

from typing import Any

from dbmigration.session.notes import ATTEMPTS, Comment
from tests.project import RESOURCE, Project, Result

DRIVERS = ["psycopg", "psycopg, asynchronously", "psycopg2", "pg8000", "asyncpg"]
ASLEEP = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
TENANTS = """
import os
from alembic import context
from sqlalchemy import create_engine, pool, text
engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
for tenant in context.get_x_argument(as_dictionary=True)["tenants"]:
    with engine.connect() as connection:
        connection.execute(text(f"SET search_path = {tenant}"))
        connection.commit() if hasattr(connection, "commit") else None
        context.configure(connection=connection, version_table_schema=tenant)
        with context.begin_transaction():
            context.run_migrations()
"""


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


def of_another_role(project: Project, *more: str) -> None:
    assert project.run("001", resource=None).code == 0
    name = project.database.name
    grants = f"GRANT ALL ON alembic_version TO {name}; ALTER DATABASE {name} OWNER TO postgres"
    for sql in ("ALTER TABLE alembic_version OWNER TO postgres", *grants.split("; "), *more):
        project.database.execute(sql, superuser=True)


def a_table_for_each_tenant(project: Project) -> None:
    """As `-x tenants=ab` names them."""
    project.sync()
    project.database.execute("CREATE SCHEMA a; CREATE SCHEMA b")
    project.env_py.write_text(TENANTS)
