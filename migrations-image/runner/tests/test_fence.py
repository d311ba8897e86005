"""An attempt that comes late does nothing, whatever became of the newer one: the database itself remembers who was there."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from dbmigration.session.notes import ATTEMPTS, Comment
from tests.alembic_command import alembic
from tests.conftest import wait_until
from tests.private_server import server_binaries
from tests.project import RESOURCE, Project, Result

DRIVERS = ["psycopg", "psycopg, asynchronously", "psycopg2", "pg8000", "asyncpg"]
ASLEEP = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
AGAIN = {"uid": "2c3d", "created": "2026-01-11T09:00:00Z", "version": "5000"}


@pytest.fixture(params=DRIVERS)
def line(request: pytest.FixtureRequest, project: Project) -> Project:
    """With every driver: four revisions of which the second can be made to fail."""
    project.use(request.param)
    return _line(project)


@pytest.fixture
def one_line(project: Project) -> Project:
    return _line(project)


def _line(project: Project) -> Project:
    project.script("001")
    project.script("002", "001", upgrade='op.execute("SELECT 1 FROM broken")')
    project.line("003", "004", down="002")
    return project


def _superseded(result: Result, attempt: int, uid: str = RESOURCE["uid"]) -> None:
    assert (result.code, result.reason) == (1, "Superseded"), result.outcome
    assert result.outcome["newest"] == {"uid": uid, "attempt": attempt}
    assert f"attempt {attempt}" in result.message
    assert "nothing was run" in result.message
    assert [event for event in result.events if event["event"] in ("plan", "step")] == []


def _warned(result: Result) -> bool:
    return any("could not be noted which attempt is the newest" in warning for warning in result.outcome["warnings"])


def _sequence(project: Project) -> str:
    [(name,)] = project.database.query("SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE 'dbmigration%'")
    return str(name)


def _noted(project: Project, relation: str = "alembic_version") -> list[dict[str, Any]]:
    found = project.database.query(f"SELECT obj_description('{relation}'::regclass, 'pg_class')")[0][0]
    return list(Comment.parse(found or "").notes.get(ATTEMPTS, []))


def test_who_comes_late_does_nothing(line: Project) -> None:
    assert line.run("001", attempt=2).outcome["newest"] is None
    _superseded(line.run("base", attempt=1), 2)
    assert line.database.rows() == ["001"]
    assert [(entry["name"], entry["uid"], entry["attempt"]) for entry in _noted(line)] == [("team/thing", "0a1b", 2)]


def test_who_comes_after_a_failure_of_the_very_first_step_does_nothing(line: Project) -> None:
    line.script("001", upgrade='op.execute("SELECT 1 FROM broken")')
    assert line.run("head", attempt=2).reason == "MigrationFailed"
    _superseded(line.run("001", attempt=1), 2)
    assert (line.database.made(), line.database.rows()) == ([], [])


def test_who_comes_after_a_failure_does_nothing(line: Project) -> None:
    assert line.run("001", attempt=1).code == 0
    assert line.run("head", attempt=3).reason == "MigrationFailed"
    _superseded(line.run("base", attempt=2), 3)
    assert line.database.rows() == ["001"]


def test_who_comes_after_a_refusal_does_nothing(one_line: Project) -> None:
    assert one_line.run("001", attempt=1).code == 0
    forbidden = one_line.run("base", attempt=3, rollback={"policy": "Forbid"})
    assert forbidden.reason == "RollbackForbidden"
    _superseded(one_line.run("base", attempt=2), 3)


def test_who_comes_after_one_that_had_nothing_to_do_does_nothing(line: Project) -> None:
    assert line.run("001", attempt=1).code == 0
    assert line.run("001", attempt=3).outcome["plan"]["steps"] == 0
    _superseded(line.run("base", attempt=2), 3)
    assert line.run("base", attempt=4).code == 0
    _superseded(line.run("001", attempt=3), 4)


def test_where_nothing_is_there_a_refused_attempt_creates_nothing(one_line: Project) -> None:
    one_line.script("001", upgrade="pass").write_text("revision = '001'\ndown_revision = None\n")
    assert one_line.run("001").reason == "InvalidScripts"
    assert one_line.database.tables() == []


def test_an_attempt_may_start_twice(line: Project) -> None:
    for _ in range(2):
        assert line.run("001", attempt=1).reason == "AtTargetRevision"


@pytest.mark.parametrize(
    ("resource", "is_newer"),
    [
        (AGAIN, True),
        ({**AGAIN, "created": "2026-01-11T07:00:00Z"}, False),
        ({**AGAIN, "created": RESOURCE["created"]}, True),
        ({**AGAIN, "created": RESOURCE["created"], "version": "999"}, False),
        ({**AGAIN, "created": "2026-01-11T07:00:00Z", "over": RESOURCE["uid"]}, True),
    ],
)
def test_a_resource_that_was_made_again_comes_after_its_former_self(
    one_line: Project, resource: dict[str, str], is_newer: bool
) -> None:
    assert one_line.run("001", attempt=7).code == 0
    result = one_line.run("base", attempt=1, resource=resource)
    if not is_newer:
        _superseded(result, 7)
        return
    assert result.reason == "AtTargetRevision"
    late = one_line.run("001", attempt=8)
    _superseded(late, 1, "2c3d")
    assert "attempt 1 of team/thing (uid 2c3d, created" in late.message
    assert one_line.database.rows() == []


def test_another_resource_takes_over_and_back(one_line: Project) -> None:
    other: dict[str, Any] = {"name": "team/other", "resource": AGAIN}
    assert one_line.run("001", attempt=5).code == 0
    assert one_line.run("base", attempt=1, **other).code == 0
    assert one_line.run("001", attempt=6).code == 0
    _superseded(one_line.run("base", attempt=5), 6)
    _superseded(one_line.run("base", attempt=0, **other), 1, "2c3d")
    assert [entry["name"] for entry in _noted(one_line)] == ["team/thing", "team/other"]


def test_a_run_that_is_nobodys_neither_asks_nor_notes(one_line: Project) -> None:
    assert one_line.run("001", resource=None).code == 0
    assert _noted(one_line) == []
    assert one_line.run("001", attempt=2).code == 0
    assert one_line.run("base", attempt=1, resource=None).code == 0


def test_the_older_one_that_waits_while_the_newer_migrates_runs_nothing(line: Project) -> None:
    line.script("002", "001", upgrade='op.execute("SELECT pg_sleep(3)")')
    newer = line.start("head", attempt=2)
    wait_until(lambda: line.database.query(ASLEEP))
    older = line.start("base", attempt=1, timeouts={"busy": 20000})
    assert newer.result().reason == "AtTargetRevision"
    _superseded(older.result(), 2)
    assert line.database.rows() == ["004"]


BEGIN = "with context.begin_transaction():"
# What env.py does about transactions, and whether a first step that fails keeps older attempts out.
WAYS = {
    "a transaction for each step": ("context.configure(", "context.configure(transaction_per_migration=True, ", True),
    "AUTOCOMMIT": ("poolclass=pool.NullPool", 'poolclass=pool.NullPool, isolation_level="AUTOCOMMIT"', True),
    "something written before": (BEGIN, f'{BEGIN}\n            context.execute("CREATE TABLE theirs ()")', True),
    # Another session is of no use then: what it commits the first one does not see, or it finds no schema.
    "REPEATABLE READ": ("poolclass=pool.NullPool", 'poolclass=pool.NullPool, isolation_level="REPEATABLE READ"', False),
    "the schema created": (
        f"target_metadata=None)\n        {BEGIN}",
        f'version_table_schema="fresh")\n        {BEGIN}\n            context.execute("CREATE SCHEMA IF NOT EXISTS fresh")',
        False,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_however_env_py_handles_transactions_the_first_run_works_and_is_noted(one_line: Project, way: str) -> None:
    old, new, keeps_out = WAYS[way]
    one_line.sync()
    one_line.env_py.write_text(one_line.env_py.read_text().replace(old, new))
    one_line.script("001", upgrade='op.execute("SELECT 1 FROM broken")')
    assert one_line.run("001", attempt=5).reason == "MigrationFailed"
    one_line.script("001")
    late = one_line.run("001", attempt=4)
    if keeps_out:
        _superseded(late, 5)
    reached = one_line.run("001", attempt=6) if keeps_out else late
    assert reached.reason == "AtTargetRevision", reached.outcome
    _superseded(one_line.run("base", attempt=3), 6 if keeps_out else 4)


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize(
    ("old", "new"),
    [("context.configure(", 'connection.exec_driver_sql("SELECT 1"); context.configure('), (BEGIN, "if True:")],
    ids=["begun before configure()", "none is begun"],
)
def test_a_transaction_that_is_never_committed_is_told_and_keeps_older_attempts_out(
    one_line: Project, old: str, new: str
) -> None:
    one_line.sync()
    one_line.script("002", "001")
    one_line.env_py.write_text(one_line.env_py.read_text().replace(old, new))
    for attempt in (2, 4):
        assert one_line.run("002", attempt=attempt).reason == "NotCommitted"
        _superseded(one_line.run("001", attempt=attempt - 1), attempt)
    assert (one_line.database.made(), one_line.database.rows()) == ([], [])


def test_env_py_may_take_on_the_role_that_owns_everything(one_line: Project) -> None:
    name = one_line.database.name
    one_line.database.execute(
        f"CREATE ROLE {name}_owner; GRANT {name}_owner TO {name}; ALTER ROLE {name} NOINHERIT;"
        f"CREATE SCHEMA theirs AUTHORIZATION {name}_owner; GRANT USAGE ON SCHEMA theirs TO {name};"
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {name}_owner IN SCHEMA theirs GRANT SELECT ON TABLES TO {name}",
        superuser=True,
    )
    if one_line.database.connect().info.server_version >= 160000:
        one_line.database.execute(f"GRANT {name}_owner TO {name} WITH INHERIT FALSE, SET TRUE", superuser=True)
    one_line.sync('version_table_schema="theirs"')
    begin = "with context.begin_transaction():"
    one_line.env_py.write_text(
        one_line.env_py.read_text().replace(
            begin, f'{begin}\n            context.execute("SET LOCAL ROLE {name}_owner; SET LOCAL search_path = theirs")'
        )
    )
    try:
        one_line.script("001", upgrade='op.execute("SELECT 1 FROM broken")')
        assert one_line.run("001", attempt=2).reason == "MigrationFailed"
        one_line.script("001")
        _superseded(one_line.run("001", attempt=1), 2)
        result = one_line.run("001", attempt=3)
        assert (result.reason, _warned(result)) == ("AtTargetRevision", False)
        _superseded(one_line.run("base", attempt=2), 3)
        owners = one_line.database.query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'theirs'")
        assert owners == [(f"{name}_owner",)]
    finally:
        one_line.database.execute(f"DROP OWNED BY {name}_owner CASCADE; DROP ROLE {name}_owner", superuser=True)


def _of_another_role(project: Project, *more: str) -> None:
    assert project.run("001", resource=None).code == 0
    name = project.database.name
    grants = f"GRANT ALL ON alembic_version TO {name}; ALTER DATABASE {name} OWNER TO postgres"
    for sql in ("ALTER TABLE alembic_version OWNER TO postgres", *grants.split("; "), *more):
        project.database.execute(sql, superuser=True)


def test_a_version_table_of_another_role_is_left_alone_and_a_sequence_keeps_the_note(line: Project) -> None:
    _of_another_role(line, f"GRANT CREATE ON SCHEMA public TO {line.database.name}")
    result = line.run("base", attempt=2)
    assert (result.reason, _warned(result)) == ("AtTargetRevision", False)
    _superseded(line.run("001", attempt=1), 2)
    assert line.run("001", attempt=3).code == 0
    sequence = _sequence(line)
    assert ([entry["attempt"] for entry in _noted(line, sequence)], _noted(line)) == ([3], [])
    # Once the table is the role's own, what the sequence says still counts.
    line.database.execute(f"ALTER TABLE alembic_version OWNER TO {line.database.name}", superuser=True)
    _superseded(line.run("001", attempt=2), 3)
    assert line.run("base", attempt=4).code == 0
    assert [entry["attempt"] for entry in _noted(line)] == [4]


def test_a_sequence_of_somebody_else_is_not_believed(one_line: Project) -> None:
    _of_another_role(one_line, f"GRANT CREATE ON SCHEMA public TO {one_line.database.name}")
    assert one_line.run("001", attempt=2).code == 0
    sequence = _sequence(one_line)
    theirs = f"{one_line.database.name}_theirs"
    one_line.database.execute(f"CREATE ROLE {theirs}; ALTER SEQUENCE {sequence} OWNER TO {theirs}", superuser=True)
    try:
        assert one_line.run("001", attempt=1).reason == "AtTargetRevision"
    finally:
        one_line.database.execute(f"DROP SEQUENCE {sequence}; DROP ROLE {theirs}", superuser=True)


def test_where_nothing_may_be_noted_the_run_goes_on_and_says_so(line: Project) -> None:
    _of_another_role(line, "REVOKE CREATE ON SCHEMA public FROM public")
    result = line.run("001", attempt=2)
    assert (result.reason, _warned(result)) == ("AtTargetRevision", True)


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
    _superseded(one_line.run("001", attempt=1), 2)
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
        _of_another_role(project, f"GRANT CREATE ON SCHEMA public TO {project.database.name}")
    assert project.run("002", attempt=2).code == 0
    for command in (("check",), ("downgrade", "001"), ("stamp", "--purge", "002"), ("current",), ("upgrade", "head")):
        assert alembic(project, *command) == 0, (project.directory / "alembic-stderr").read_text()
    _superseded(project.run("001", attempt=1), 2)
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
    _superseded(result, 5)


def test_each_of_several_version_tables_has_its_own_order(project: Project) -> None:
    project.sync()
    project.line("001", "002")
    project.database.execute("CREATE SCHEMA a; CREATE SCHEMA b")
    loop = """
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
    project.env_py.write_text(loop)
    assert project.run("001", attempt=2, arguments={"tenants": "a"}).code == 0
    assert project.run("001", attempt=1, arguments={"tenants": "b"}).code == 0
    late = project.run("002", attempt=1, arguments={"tenants": "ba"})
    assert (late.reason, "nothing more was run" in late.message) == ("Superseded", True)
    assert project.database.query("SELECT version_num FROM b.alembic_version") == [("002",)]
    assert project.database.query("SELECT version_num FROM a.alembic_version") == [("001",)]


def test_a_plain_alembic_that_starts_during_the_very_first_run_finds_it_done(one_line: Project) -> None:
    one_line.script("001", upgrade='op.execute("SELECT pg_sleep(2)")')
    running = one_line.start("001")
    wait_until(lambda: one_line.database.query(ASLEEP))
    codes: list[int] = []
    beside = threading.Thread(target=lambda: codes.append(alembic(one_line, "upgrade", "001")))
    beside.start()
    assert running.result().reason == "AtTargetRevision"
    beside.join(20)
    assert (codes, one_line.database.rows()) == ([0], ["001"])


def test_the_note_says_no_more_than_the_order_needs(one_line: Project) -> None:
    assert one_line.run("001", attempt=2).code == 0
    assert json.dumps(_noted(one_line)[0]) == json.dumps(
        {"name": "team/thing", **RESOURCE, "attempt": 2, "over": None, "target": ["001"], "without": []}
    )
