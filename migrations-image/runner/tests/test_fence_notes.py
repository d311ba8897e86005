"""Where it is noted which attempt was the newest, who may write there, and what becomes of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dbmigration.session.notes import FOUND, Comment
from tests.alembic_command import alembic
from tests.late_attempts import DRIVERS, assert_superseded, four_revisions, is_warned, noted_at, of_another_role, sequence_of
from tests.private_server import server_binaries
from tests.project import RESOURCE, Project


@pytest.fixture(params=DRIVERS)
def line(request: pytest.FixtureRequest, project: Project) -> Project:
    """With every driver: four revisions of which the second can be made to fail."""
    project.use(request.param)
    return four_revisions(project)


@pytest.fixture
def one_line(project: Project) -> Project:
    return four_revisions(project)


def test_a_version_table_of_another_role_is_left_alone_and_a_sequence_keeps_the_note(line: Project) -> None:
    of_another_role(line, f"GRANT CREATE ON SCHEMA public TO {line.database.name}")
    result = line.run("base", attempt=2)
    assert (result.reason, is_warned(result)) == ("AtTargetRevision", False)
    assert_superseded(line.run("001", attempt=1), 2)
    assert line.run("001", attempt=3).code == 0
    sequence = sequence_of(line)
    assert ([entry["attempt"] for entry in noted_at(line, sequence)], noted_at(line)) == ([3], [])
    # Once the table is the role's own, what the sequence says still counts.
    line.database.execute(f"ALTER TABLE alembic_version OWNER TO {line.database.name}", superuser=True)
    assert_superseded(line.run("001", attempt=2), 3)
    assert line.run("base", attempt=4).code == 0
    assert [entry["attempt"] for entry in noted_at(line)] == [4]


def test_a_sequence_of_somebody_else_is_not_believed(one_line: Project) -> None:
    of_another_role(one_line, f"GRANT CREATE ON SCHEMA public TO {one_line.database.name}")
    assert one_line.run("001", attempt=2).code == 0
    sequence = sequence_of(one_line)
    theirs = f"{one_line.database.name}_theirs"
    one_line.database.execute(f"CREATE ROLE {theirs}; ALTER SEQUENCE {sequence} OWNER TO {theirs}", superuser=True)
    try:
        assert one_line.run("001", attempt=1).reason == "AtTargetRevision"
    finally:
        one_line.database.execute(f"DROP SEQUENCE {sequence}; DROP ROLE {theirs}", superuser=True)


def test_where_nothing_may_be_noted_the_run_goes_on_and_says_so(line: Project) -> None:
    of_another_role(line, "REVOKE CREATE ON SCHEMA public FROM public")
    result = line.run("001", attempt=2)
    assert (result.reason, is_warned(result)) == ("AtTargetRevision", True)


def test_a_lock_on_the_version_table_is_waited_for_and_its_holder_named(one_line: Project) -> None:
    assert one_line.run("001").code == 0
    with one_line.database.connect() as other:
        other.execute("BEGIN; LOCK TABLE alembic_version IN SHARE UPDATE EXCLUSIVE MODE")
        running = one_line.start("base", timeouts={"lock": 2000})
        result = running.result()
    assert (result.reason, one_line.database.rows()) == ("LockTimeout", ["001"])
    assert "in `COMMENT ON TABLE" in result.message
    assert f"user {one_line.database.name}" in result.message


def test_a_backup_is_not_waited_for(one_line: Project) -> None:
    assert one_line.run("001").code == 0
    with one_line.database.connect() as backup:
        backup.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM alembic_version")
        assert one_line.run("base").reason == "AtTargetRevision"


@pytest.mark.parametrize(
    "line_in_the_comment", ["[dbmigration] attempts: [", '[dbmigration] attempts: {"a": 1}', "[dbmigration] attempts: [7, {}]"]
)
def test_a_note_that_somebody_edited_never_stops_a_run(one_line: Project, line_in_the_comment: str) -> None:
    assert one_line.run("001", attempt=1).code == 0
    one_line.database.execute(f"COMMENT ON TABLE alembic_version IS 'ours\n{line_in_the_comment}'")
    assert one_line.run("base", attempt=2).code == 0
    assert_superseded(one_line.run("001", attempt=1), 2)
    assert one_line.database.query("SELECT obj_description('alembic_version'::regclass)")[0][0].startswith("ours\n")


METADATA = """
from sqlalchemy import Column, Integer, MetaData, Table
METADATA = MetaData()
Table("t_001", METADATA, Column("id", Integer, primary_key=True))
"""


@pytest.mark.parametrize("owner", ["its own", "another role's"])
def test_alembic_by_hand_is_not_disturbed_and_disturbs_nothing(project: Project, owner: str) -> None:
    project.sync()
    project.env_py.write_text(METADATA + project.env_py.read_text().replace("target_metadata=None", "target_metadata=METADATA"))
    project.script("001")
    project.script("002", "001", upgrade="pass", downgrade="pass")
    if owner != "its own":
        of_another_role(project, f"GRANT CREATE ON SCHEMA public TO {project.database.name}")
    assert project.run("002", attempt=2).code == 0
    for command in (("check",), ("downgrade", "001"), ("stamp", "--purge", "002"), ("current",), ("upgrade", "head")):
        assert alembic(project, *command) == 0, (project.directory / "alembic-stderr").read_text()
    assert_superseded(project.run("001", attempt=1), 2)
    assert project.run("002", attempt=3).outcome["plan"]["steps"] == 0
    assert alembic(project, "check") == 0


def test_a_dump_takes_the_note_along(one_line: Project, other_database: Any) -> None:
    assert one_line.run("001", attempt=5).code == 0
    binaries = Path(str(server_binaries()))
    dumped = subprocess.run(
        [binaries / "pg_dump", "--no-owner", one_line.database.url().replace("+psycopg", "")], capture_output=True, check=True
    )
    url = other_database.url().replace("+psycopg", "")
    subprocess.run([binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1", url], input=dumped.stdout, check=True, stdout=-3)
    result = one_line.run("base", attempt=4, url=other_database.url(one_line.driver))
    assert_superseded(result, 5)


def test_the_note_says_no_more_than_the_order_needs(one_line: Project) -> None:
    assert one_line.run("001", attempt=2).code == 0
    database = one_line.database.query("SELECT oid::text FROM pg_database WHERE datname = current_database()")[0][0]
    said = {"name": "team/thing", **RESOURCE, "attempt": 2, "over": None, "target": ["001"], "without": ["002"]}
    assert json.dumps(noted_at(one_line)[0]) == json.dumps({**said, "database": database})


def test_what_the_resource_was_set_up_with_is_noted_by_its_last_attempt(one_line: Project) -> None:
    for attempt, setup, found in ((1, "a", []), (2, "b", ["001"]), (3, None, ["001"])):
        assert one_line.run("001", attempt=attempt, setup=setup).code == 0
        comment = one_line.database.query("SELECT obj_description('alembic_version'::regclass)")[0][0]
        noted = Comment.parse(comment).notes[FOUND]["team/thing"]
        assert (noted["attempt"], noted["rows"], noted.get("setup")) == (attempt, found, setup)


def test_a_comment_that_the_server_refuses_is_no_matter_of_whose_the_table_is(project: Project) -> None:
    project.database.execute(
        """
        CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
            IF session_user <> 'postgres' THEN RAISE 'comments are the DBA''s'; END IF; END $$;
        CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN tag IN ('COMMENT') EXECUTE FUNCTION refuse()
        """,
        superuser=True,
    )
    project.line("001")
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.message
    told = "\n".join(result.outcome["warnings"])
    assert "the server refuses a comment on public.alembic_version (comments are the DBA's), so it could not be noted" in told
    assert "belongs to another role" not in told
