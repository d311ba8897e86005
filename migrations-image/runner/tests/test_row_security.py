"""A version table whose rows are hidden from the role reads as one of a database that nobody has migrated."""

from __future__ import annotations

import pytest

from tests.project import Project

TABLE = "public.alembic_version"
OPEN = f"CREATE POLICY p ON {TABLE} TO PUBLIC USING (true) WITH CHECK (true)"


@pytest.fixture
def guarded(project: Project) -> Project:
    """At 001 of two, by a version table of somebody else's with row security."""
    project.script("001", upgrade='op.execute("CREATE TABLE IF NOT EXISTS t_001 (id int)")')
    project.line("002", down="001")
    assert project.run("001").code == 0
    _as_superuser(
        project,
        f"ALTER TABLE {TABLE} OWNER TO postgres; GRANT ALL ON {TABLE} TO PUBLIC; ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    )
    return project


def _as_superuser(project: Project, sql: str) -> None:
    project.database.execute(sql, superuser=True)


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_rows_that_are_hidden_are_not_taken_for_none(guarded: Project, driver: str) -> None:
    guarded.use(driver)
    result = guarded.run("head")
    assert (result.code, result.reason) == (1, "PermissionDenied")
    name = guarded.database.name
    assert f"version table {TABLE} has row level security" in result.message
    assert f"no policy lets role {name} read, add, change, take out rows there" in result.message
    assert 'ALTER TABLE "public"."alembic_version" DISABLE ROW LEVEL SECURITY' in result.message
    assert "says what it said before" not in result.message
    assert (guarded.database.rows(), guarded.database.made()) == (["001"], ["t_001"])


@pytest.mark.parametrize("mode", ["Plan", "Check"])
def test_nothing_is_told_of_hidden_rows_where_nothing_is_to_be_run(guarded: Project, mode: str) -> None:
    result = guarded.run("head", mode=mode)
    assert result.reason == "PermissionDenied"
    assert "lets role" in result.message
    assert "add" not in result.message


@pytest.mark.parametrize(
    ("begin", "end"), [("ALTER TABLE", " LEVEL SECURITY"), ("CREATE POLICY", " (true))"), ("ALTER ROLE", " BYPASSRLS")]
)
def test_what_the_message_says_helps(guarded: Project, begin: str, end: str) -> None:
    told = guarded.run("head").message
    statement = begin + told.partition(f"({begin}")[2].partition(end)[0] + end.replace("))", ")")
    _as_superuser(guarded, statement)
    assert guarded.run("head").reason == "AtTargetRevision"
    assert guarded.database.rows() == ["002"]


@pytest.mark.parametrize(
    ("policy", "lacking"),
    [
        (f"CREATE POLICY p ON {TABLE} FOR SELECT USING (true)", "add, change, take out"),
        (OPEN.replace("PUBLIC", "postgres"), "read, add, change, take out"),
        (f"CREATE POLICY p ON {TABLE} AS RESTRICTIVE USING (true)", "read, add, change, take out"),
    ],
)
def test_what_no_policy_allows_is_told_before_the_first_step(guarded: Project, policy: str, lacking: str) -> None:
    _as_superuser(guarded, policy)
    result = guarded.run("head")
    assert result.reason == "PermissionDenied"
    assert f"no policy lets role {guarded.database.name} {lacking} rows there" in result.message
    assert guarded.database.made() == ["t_001"]


def test_no_row_by_a_condition_is_not_believed(guarded: Project) -> None:
    _as_superuser(guarded, f"CREATE POLICY p ON {TABLE} USING (version_num <> '001')")
    result = guarded.run("head")
    assert result.reason == "PermissionDenied"
    assert "sees no row there, which may be a policy's doing" in result.message


@pytest.mark.parametrize("condition", ["true", "current_user <> 'postgres'"])
def test_where_the_rows_are_seen_row_security_is_in_nobodys_way(guarded: Project, condition: str) -> None:
    _as_superuser(guarded, f"CREATE POLICY p ON {TABLE} USING ({condition})")
    assert guarded.run("head").reason == "AtTargetRevision"


def test_a_table_that_is_empty_behind_an_open_policy_is_at_base(guarded: Project) -> None:
    _as_superuser(guarded, f"{OPEN}; DELETE FROM {TABLE}; DROP TABLE t_001")
    assert guarded.run("head").reason == "AtTargetRevision"
    assert guarded.database.rows() == ["002"]
