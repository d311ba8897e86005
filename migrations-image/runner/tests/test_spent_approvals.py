"""An approval is good for one plan, and spent with it: the database itself remembers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Project
from tests.test_approvals import DRIVERS, approval, digest_of, migrated


def test_an_approval_is_spent_with_the_first_step_that_is_committed(project: Project) -> None:
    migrated(project)
    first = digest_of(project.run("002", approval=approval()))
    assert project.run("002", approval=approval(first)).reason == "AtTargetRevision"
    (comment,) = project.database.query("SELECT obj_description('alembic_version'::regclass)")[0]
    assert f'[dbmigration] ran: {{"plan": "{first}"' in comment
    assert project.run("003", approval=approval()).reason == "AtTargetRevision"
    project.database.execute("INSERT INTO t_003 VALUES (1)")
    again = project.run("002", approval=approval(first))
    assert again.reason == "ApprovalRequired"
    assert project.run("002", approval=approval(digest_of(again))).reason == "AtTargetRevision"


def test_an_approval_is_not_spent_by_a_run_that_failed(project: Project) -> None:
    migrated(project)
    project.script("003", "002", downgrade='op.drop_table("t_003")\nop.execute("SELECT 1 FROM nothing_here")')
    first = digest_of(project.run("002", approval=approval()))
    for _ in range(2):
        assert project.run("002", approval=approval(first)).reason == "MigrationFailed"
    assert digest_of(project.run("002", mode="Plan")) == first


def test_a_role_that_may_not_note_it_is_told(project: Project) -> None:
    migrated(project)
    name = project.database.name
    project.database.execute(
        "ALTER TABLE alembic_version OWNER TO postgres; REVOKE CREATE ON SCHEMA public FROM PUBLIC; "
        f"ALTER SCHEMA public OWNER TO postgres; GRANT ALL ON alembic_version TO {name}; "
        f"GRANT USAGE ON SCHEMA public TO {name}; REVOKE CREATE ON SCHEMA public FROM {name}",
        superuser=True,
    )
    first = digest_of(project.run("002", approval=approval()))
    done = project.run("002", approval=approval(first))
    assert done.reason == "AtTargetRevision"
    assert any("its approval holds again" in warning for warning in done.outcome["warnings"])


def spent(project: Project, **more: Any) -> str:
    """A digest that was approved and used, in a database that is where it was before again."""
    migrated(project)
    first = digest_of(project.run("002", approval=approval(), **more))
    assert project.run("002", approval=approval(first), **more).reason == "AtTargetRevision"
    assert project.run("003", **more).reason == "AtTargetRevision"
    project.database.execute("INSERT INTO t_003 SELECT generate_series(1, 5)")
    return first


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_approval_stays_spent_where_somebody_clears_the_version_tables_comment(project: Project, driver: str) -> None:
    project.use(driver)
    first = spent(project)
    project.database.execute("COMMENT ON TABLE alembic_version IS NULL")
    again = project.run("002", approval=approval(first))
    assert (again.reason, digest_of(again) != first) == ("ApprovalRequired", True)
    assert project.database.rows() == ["003"]


def test_without_a_history_the_comment_alone_says_that_an_approval_is_spent(project: Project) -> None:
    first = spent(project, history="Disabled")
    assert project.run("002", approval=approval(first), history="Disabled").reason == "ApprovalRequired"
    project.database.execute("COMMENT ON TABLE alembic_version IS NULL")
    assert project.run("002", approval=approval(first), history="Disabled").reason == "AtTargetRevision"


def test_the_digest_stays_while_nothing_is_run(project: Project) -> None:
    """Whoever looks, whatever is refused or fails: an entry is only what was committed."""
    project.line("001", "002")
    empty = digest_of(project.run("head", mode="Plan"))
    assert digest_of(project.run("head", approval=approval(upgrades="Always"))) == empty
    project.script("003", "002", upgrade='op.execute("SELECT 1 FROM nothing_here")')
    failing = digest_of(project.run("head", mode="Plan"))
    for _ in range(2):
        given = project.run("head", approval=approval(failing, upgrades="Always"))
        assert (given.reason, given.outcome["plan"]["digest"]) == ("MigrationFailed", failing)
    # The history is made by then, and empty.
    assert project.database.query("SELECT count(*) FROM dbmigrations.history") == [(0,)]
    assert digest_of(project.run("head", mode="Plan")) == failing
    (project.versions / "003.py").unlink()
    assert digest_of(project.run("head", mode="Plan")) == empty
    assert project.run("head", approval=approval(empty, upgrades="Always")).outcome["after"] == ["002"]
    down = digest_of(project.run("001", mode="Plan"))
    assert project.run("002").code == 0
    project.database.execute("SET TIME ZONE 'Asia/Tokyo'")
    project.database.execute(f"ALTER DATABASE {project.database.name} SET timezone TO 'Asia/Tokyo'")
    assert digest_of(project.run("001", mode="Plan")) == down
    assert digest_of(project.run("001", approval=approval(rollbacks="Always"))) == down


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE dbmigrations.history ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE dbmigrations.history RENAME TO former",
        "DROP SCHEMA dbmigrations CASCADE",
    ],
)
def test_a_history_that_is_not_believed_is_no_part_of_the_digest(project: Project, sql: str) -> None:
    migrated(project)
    with_history = digest_of(project.run("002", mode="Plan"))
    project.database.execute(sql)
    without = digest_of(project.run("002", mode="Plan"))
    assert without != with_history
    assert digest_of(project.run("002", mode="Plan", history="Disabled")) == without
    assert project.run("002", approval=approval(without)).outcome["after"] == ["002"]


def test_a_migration_forth_and_back_makes_another_digest_and_that_of_another_version_table_none(project: Project) -> None:
    project.line("001", "002")
    project.sync("version_table=context.get_x_argument(as_dictionary=True)['table']")
    for table in ("one", "two"):
        project.database.execute("DROP TABLE IF EXISTS t_001, t_002")
        assert project.run("002", arguments={"table": table}).code == 0
    first = digest_of(project.run("001", mode="Plan", arguments={"table": "one"}))
    for target in ("base", "002"):
        assert project.run(target, arguments={"table": "two"}).code == 0
    assert digest_of(project.run("001", mode="Plan", arguments={"table": "one"})) == first
    for target in ("001", "002"):
        assert project.run(target, arguments={"table": "one"}).code == 0
    assert digest_of(project.run("001", mode="Plan", arguments={"table": "one"})) != first


def test_a_plan_whose_approval_has_served_is_called_otherwise_though_the_database_forgot_it(project: Project) -> None:
    """As one that was restored in place did."""
    migrated(project)
    first = digest_of(project.run("002", approval=approval()))
    again = project.run("002", approval=approval(first, spent=[first[:12]]))
    assert again.reason == "ApprovalRequired"
    second = digest_of(again)
    assert second[:12] != first[:12]
    assert digest_of(project.run("002", mode="Plan", approval=approval(spent=[first[:12]]))) == second
    assert project.run("002", approval=approval(second, spent=[first[:12]])).reason == "AtTargetRevision"
