"""From any revision to any other, in a real database."""

from __future__ import annotations

import json

import pytest

from tests.project import Project


@pytest.mark.diagonal
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg", "psycopg, asynchronously"])
def test_a_target_is_reached_upwards_and_downwards_with_every_driver(project: Project, driver: str) -> None:
    project.use(driver)
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


def test_the_schema_after_a_way_there_and_back_is_what_it_was(project: Project) -> None:
    project.asynchronous()
    project.line("001", "002")
    project.script(
        "003",
        "002",
        upgrade="""
            mood = sa.Enum("a", "b", name="mood")
            mood.create(op.get_bind())
            op.add_column("t_001", sa.Column("mood", sa.Enum(name="mood", create_type=False)))
            op.alter_column("t_002", "id", new_column_name="key")
            with op.get_context().autocommit_block():
                op.create_index("ix_mood", "t_001", ["mood"], postgresql_concurrently=True)
        """,
        downgrade="""
            op.drop_index("ix_mood")
            op.alter_column("t_002", "key", new_column_name="id")
            op.drop_column("t_001", "mood")
            op.execute("DROP TYPE mood")
        """,
    )
    assert project.run("002").code == 0
    before = project.database.catalog()
    assert project.run("head").outcome["after"] == ["003"]
    assert project.database.catalog() != before
    assert project.run("002").outcome["after"] == ["002"]
    assert project.database.catalog() == before
    base = project.run("base")
    assert (base.reason, base.outcome["after"], base.outcome["target"]) == ("AtTargetRevision", [], [])
    assert project.database.tables() == ["alembic_version"]


def test_at_the_target_nothing_is_done(project: Project) -> None:
    project.line("001", "002")
    project.run("head")
    project.database.execute("CREATE TABLE untouched_since AS SELECT xmin::text AS x FROM alembic_version")
    result = project.run("head")
    assert (result.code, result.reason, result.outcome["applied"]) == (0, "AtTargetRevision", 0)
    assert result.outcome["plan"] == {"direction": "None", "steps": 0}
    assert "already" in result.message
    assert project.database.query("SELECT 1 FROM untouched_since u JOIN alembic_version v ON u.x = v.xmin::text")


@pytest.mark.parametrize(
    ("target", "after"), [("c3d4", "c3d4e5f6"), ("head-2", "b2c3d4e5"), ("b2c3d4e5+1", "c3d4e5f6"), ("heads", "d4e5f6a7")]
)
def test_abbreviated_and_relative_targets_are_resolved_to_absolute_ones(project: Project, target: str, after: str) -> None:
    project.line("a1b2c3d4", "b2c3d4e5", "c3d4e5f6", "d4e5f6a7")
    for _ in range(2):
        result = project.run(target)
        assert (result.reason, result.outcome["target"], result.outcome["after"]) == ("AtTargetRevision", [after], [after])


def _forest(project: Project) -> None:
    project.script("001")
    project.script("a02", "001", labels="accounts")
    project.line("a03", down="a02")
    project.script("b02", "001", labels="billing")
    project.script("n01", labels="net")
    project.script("n02", "n01", depends="a02")


def test_lines_that_the_target_does_not_name_stay_as_they_are(project: Project) -> None:
    _forest(project)
    assert project.run("heads").outcome["after"] == ["a03", "b02", "n02"]
    assert project.run("accounts").outcome["after"] == ["b02", "n02"]
    assert "t_a02" in project.database.tables()
    # The base of that line is the base of another one too, and of what depends on it.
    assert project.run("billing@base").outcome["after"] == ["n01"]
    assert project.database.tables() == ["alembic_version", "t_n01"]


def test_one_run_goes_down_on_one_line_and_up_on_another(project: Project) -> None:
    _forest(project)
    assert project.run("a03").outcome["after"] == ["a03"]
    result = project.run("a02,billing")
    assert (result.outcome["after"], result.outcome["plan"]) == (["a02", "b02"], {"direction": "Mixed", "steps": 2})
    assert [(e["revision"], e["direction"]) for e in result.events if e.get("state") == "done"] == [
        ("a03", "Downgrade"),
        ("b02", "Upgrade"),
    ]
    assert project.run("net@head").outcome["after"] == ["b02", "n02"]
    assert project.run("net@base").outcome["after"] == ["a02", "b02"]


def test_a_merge_is_taken_back_into_both_its_lines(project: Project) -> None:
    project.script("001")
    project.script("left", "001")
    project.script("right", "001")
    project.script("both", ("left", "right"))
    assert project.run("head").outcome["after"] == ["both"]
    assert project.run("left").outcome["after"] == ["left", "right"]
    assert project.run("001").outcome["after"] == ["001"]


@pytest.mark.parametrize("target", ["001", "head", "base"])
def test_a_database_ahead_of_the_image_is_left_alone(project: Project, target: str) -> None:
    project.line("001", "002", "003")
    assert project.run("head").code == 0
    before = project.database.catalog()
    project.versions.joinpath("003.py").unlink()
    result = project.run(target)
    assert (result.code, result.reason) == (1, "DatabaseAhead")
    assert "no script for 003" in result.message
    assert (result.outcome["before"], result.outcome["after"], result.outcome["plan"]) == (["003"], ["003"], None)
    assert (project.database.catalog(), project.database.rows()) == (before, ["003"])


def test_rows_that_contradict_each_other_are_not_migrated_upon(project: Project) -> None:
    project.line("001", "002", "003")
    assert project.run("002").code == 0
    project.database.execute("INSERT INTO alembic_version VALUES ('001')")
    result = project.run("head")
    assert result.reason == "InvalidScripts"
    assert "delete the row 001 from public.alembic_version" in result.message
    assert project.database.rows() == ["001", "002"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("('001'), ('001')", ["holds revision 001 more than once", "before: 001, 001."]),
        ("(NULL)", ["holds a row without a revision", "before: an empty row."]),
        ("(''), ('001')", ["holds a row without a revision", "before: 001, an empty row."]),
    ],
)
def test_rows_that_no_alembic_has_written_are_not_migrated_upon(project: Project, rows: str, said: list[str]) -> None:
    project.line("001", "002")
    project.database.execute(f"CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES {rows}")
    result = project.run("head")
    assert result.reason == "InvalidScripts"
    assert all(text in result.message for text in said), result.message
    assert "Let it hold each revision that is applied once" in result.message
    assert project.database.tables() == ["alembic_version"]


@pytest.mark.parametrize(
    ("kind", "row", "what"),
    [
        ("char(32)", "'001'", "with white space in it, as a column of type character(n) pads what is shorter"),
        ("text", "E'001\\n'", "with a line break in it. "),
        ("text", "' 001'", "with white space in it. "),
    ],
)
def test_a_row_that_is_padded_is_told_for_what_it_is(project: Project, kind: str, row: str, what: str) -> None:
    project.line("001", "002")
    project.database.execute(f"CREATE TABLE alembic_version (version_num {kind} NOT NULL); CREATE TABLE t_001 ()")
    project.database.execute(f"INSERT INTO alembic_version VALUES ({row})")
    result = project.run("head")
    assert result.reason == "InvalidScripts", result.message
    assert f"public.alembic_version holds revision 001 {what}" in result.message
    assert "The version table says what it said before: " in result.message
    advised = result.message.partition("which keeps the rows: ")[2].partition("; then ")[0]
    project.database.execute(advised)
    assert project.run("head").outcome["after"] == ["002"]


@pytest.mark.parametrize("mode", ["Check", "Plan", "Migrate"])
def test_a_row_of_megabytes_goes_into_no_message_and_no_note(project: Project, mode: str) -> None:
    project.line("001", "002")
    project.database.execute("CREATE TABLE alembic_version (version_num text NOT NULL); CREATE TABLE t_001 ()")
    project.database.execute("INSERT INTO alembic_version VALUES ('001'), (repeat('x', 3000000))")
    result = project.run("head", mode=mode)
    assert result.reason == "InvalidScripts", result.message
    assert "The version table public.alembic_version holds a row of 3000000 characters, which is" in result.message
    assert "says what it said before: 001, a row of 3000000 characters" in result.message
    assert "xxx" not in json.dumps(result.outcome) + result.stdout + result.stderr
    assert project.database.query("SELECT coalesce(length(obj_description('alembic_version'::regclass)), 0) < 1000") == [
        (True,)
    ]
    project.database.execute("DELETE FROM alembic_version WHERE version_num <> '001'")
    assert project.run("head").outcome["after"] == ["002"]


def test_a_fresh_database_is_untouched_by_a_target_that_does_not_exist(project: Project) -> None:
    project.sync("transaction_per_migration=True")
    project.line("001")
    assert project.run("nowhere").reason == "RevisionNotFound"
    assert project.database.tables() == []
