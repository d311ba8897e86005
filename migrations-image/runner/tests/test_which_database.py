"""The outcome says which database was migrated, so that nobody takes another one for it."""

from __future__ import annotations

import pytest

from tests.project import Project
from tests.server import Database

ALLOW = "GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO PUBLIC"
FORBID = "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_control_system() FROM PUBLIC"


@pytest.mark.parametrize(("grant", "is_told"), [(ALLOW, True), (FORBID, False)])
def test_its_name_is_told_and_its_server_where_the_role_may_ask(project: Project, grant: str, is_told: bool) -> None:
    project.database.execute(grant, superuser=True)
    # A transaction of its own, which a statement that fails would end.
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace("context.configure(", "connection.begin()\n        context.configure(", 1))
    project.line("001")
    result = project.run("head")
    system = str(project.database.query("SELECT system_identifier FROM pg_control_system()")[0][0])
    assert result.outcome["database"] == {"name": project.database.name, "system": system if is_told else None}
    assert result.reason == "NotCommitted"


def test_a_run_that_never_came_to_a_database_names_none(project: Project) -> None:
    project.line("001")
    assert project.run("head", url="postgresql+psycopg://a:b@127.0.0.1:1/none").outcome["database"] is None


BOTH = """
import os
from alembic import context
from sqlalchemy import create_engine

for name in ("DATABASE_URL", "MINE"):
    with create_engine(os.environ[name]).connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()
"""


def test_several_databases_are_none_that_could_be_named(project: Project, other_database: Database) -> None:
    project.env_py.write_text(BOTH)
    project.line("001")
    mine = {"MINE": other_database.url("psycopg2")}
    options = ["sqlalchemy.url", "other:url=MINE"]
    result = project.run("head", environment=mine, url=project.database.url("psycopg2"), urlOptions=options)
    assert (result.reason, result.outcome["database"]) == ("AtTargetRevision", None)


def test_many_heads_are_told_by_their_digest_and_the_version_table_by_its_name(project: Project) -> None:
    for number in range(120):
        project.script(f"{number:032d}", upgrade="pass")
    outcome = project.run("heads").outcome
    assert (outcome["reason"], outcome["after"], outcome["exclusive"]) == ("AtTargetRevision", None, True)
    digests = outcome["digests"]
    assert digests["after"] == digests["held"] == digests["left"] == digests["target"]
    assert (outcome["versionTable"], outcome["versionTables"]) == ("public.alembic_version", {"count": 1, "names": None})
