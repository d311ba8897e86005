"""A plan that would delete data waits until it is approved, and what was approved is what runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Project, Result

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]


def approval(*plans: str, **more: Any) -> dict[str, Any]:
    return {"rollbacks": "WhenLossy", "upgrades": "Never", "plans": list(plans), "override": None, **more}


def migrated(project: Project) -> Project:
    project.line("001", "002", "003")
    assert project.run("head").code == 0
    project.database.execute("INSERT INTO t_003 SELECT generate_series(1, 5)")
    return project


def digest_of(result: Result) -> str:
    assert result.reason in ("ApprovalRequired", "Planned")
    found: str = result.outcome["plan"]["digest"]
    assert len(found) == 64
    return found


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
def test_a_lossy_rollback_waits_and_runs_when_its_plan_is_approved(project: Project, driver: str, options: str) -> None:
    project.use(driver, options)
    migrated(project)
    waiting = project.run("001", approval=approval())
    assert (waiting.code, waiting.reason, waiting.outcome["after"]) == (1, "ApprovalRequired", ["003"])
    name = digest_of(waiting)[:12]
    assert waiting.message.startswith(
        f"Plan {name} takes public.alembic_version from 003 down to 001 in 2 steps and would delete table t_003 (5 rows). "
        f"Nothing was run. To go on, approve this plan: set spec.approval.plan to {name}, or annotate the resource with "
        f"dbmigrations.io/approve={name}; or set the target back."
    )
    assert waiting.outcome["plan"] == {
        "direction": "Downgrade",
        "steps": 2,
        "digest": digest_of(waiting),
        "lossy": True,
        "deletes": ["table t_003 (5 rows)"],
    }
    assert [event for event in waiting.events if event["event"] == "step"] == []
    assert project.database.rows() == ["003"]
    done = project.run("001", approval=approval(name))
    assert (done.reason, done.outcome["after"]) == ("AtTargetRevision", ["001"])
    assert done.outcome["plan"]["digest"] == digest_of(waiting)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_rollback_that_loses_nothing_runs_by_itself(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001", "002")
    assert project.run("head", approval=approval()).outcome["plan"] == {"direction": "Upgrade", "steps": 2}
    done = project.run("base", approval=approval())
    assert (done.reason, done.outcome["plan"]["lossy"], done.outcome["plan"]["deletes"]) == ("AtTargetRevision", False, [])


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_plan_is_looked_at_where_every_statement_commits_itself(project: Project, driver: str) -> None:
    project.use(driver)
    env_py = project.env_py.read_text()
    project.env_py.write_text(env_py.replace("poolclass=", 'isolation_level="AUTOCOMMIT", poolclass='))
    migrated(project)
    project.database.execute("ALTER TABLE t_002 OWNER TO postgres", superuser=True)
    waiting = project.run("001", approval=approval())
    assert waiting.outcome["plan"]["deletes"] == ["table t_003 (5 rows)", "unknown: table t_002: it may not be read"]
    project.database.execute(f"ALTER TABLE t_002 OWNER TO {project.database.name}", superuser=True)
    assert project.run("001", approval=approval(digest_of(waiting))).reason == "AtTargetRevision"
    assert "ran: " in str(project.database.query("SELECT obj_description('alembic_version'::regclass)"))


def test_who_asks_for_no_approval_is_not_looked_at(project: Project) -> None:
    migrated(project)
    done = project.run("002", approval=approval(rollbacks="Never"))
    assert (done.reason, done.outcome["plan"]) == ("AtTargetRevision", {"direction": "Downgrade", "steps": 1})
    assert project.run("001").outcome["plan"] == {"direction": "Downgrade", "steps": 1}


def test_always_asks_for_a_plan_that_loses_nothing_and_creates_nothing_before(project: Project) -> None:
    project.line("001")
    waiting = project.run("head", approval=approval(upgrades="Always"))
    assert (waiting.reason, waiting.outcome["plan"]["lossy"]) == ("ApprovalRequired", False)
    assert "from base up to 001 in a step and would delete nothing. Nothing was run." in waiting.message
    assert project.database.tables() == []
    assert project.run("head", approval=approval(digest_of(waiting)[:8], upgrades="Always")).reason == "AtTargetRevision"


def test_an_upgrade_that_deletes_waits_where_that_was_asked_for(project: Project) -> None:
    project.line("001")
    project.script("002", "001", upgrade='op.execute("DELETE FROM t_001")')
    assert project.run("001").code == 0
    project.database.execute("INSERT INTO t_001 VALUES (1)")
    waiting = project.run("head", approval=approval(upgrades="WhenLossy"))
    assert (waiting.reason, waiting.outcome["plan"]["deletes"]) == ("ApprovalRequired", ["rows of table t_001 (1 row)"])
    assert project.run("head", approval=approval()).reason == "AtTargetRevision"


def test_a_plan_is_shown_and_nothing_else_happens(project: Project) -> None:
    project.line("001", "002")
    shown = project.run("head", mode="Plan")
    assert (shown.code, shown.reason, shown.outcome["after"]) == (1, "Planned", [])
    assert shown.message.startswith(
        f"Plan {digest_of(shown)[:12]} would take public.alembic_version from base up to 002 in 2 steps and would delete "
        "nothing. Nothing was run, because only the plan was asked for."
    )
    assert project.database.tables() == []
    assert project.run("head").code == 0
    assert project.run("head", mode="Plan").reason == "AtTargetRevision"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"rollback": {"policy": "Forbid"}}, "RollbackForbidden"),
        ({"downFrom": []}, "RevisionDrifted"),
    ],
)
def test_what_is_refused_otherwise_asks_for_no_approval(project: Project, request_: dict[str, Any], reason: str) -> None:
    migrated(project)
    for mode in ("Migrate", "Plan"):
        refused = project.run("001", mode=mode, approval=approval(), **request_)
        assert (refused.reason, refused.outcome["plan"]) == (reason, {"direction": "Downgrade", "steps": 2})


def test_an_approval_of_another_plan_is_named(project: Project) -> None:
    migrated(project)
    first = digest_of(project.run("001", approval=approval()))
    with open(project.versions / "003.py", "a") as script:
        script.write("\n# edited under the same tag\n")
    waiting = project.run("001", approval=approval(first[:12]))
    assert waiting.reason == "ApprovalRequired"
    assert digest_of(waiting) != first
    assert (
        f"Approved was {first[:12]}, which is another plan: what would run, or from where, has changed since" in waiting.message
    )
    assert "names no plan" in project.run("001", approval=approval("3f2")).message
    assert project.database.rows() == ["003"]


def test_the_digest_changes_with_all_that_decides_what_runs_and_with_nothing_else(project: Project) -> None:
    migrated(project)

    def now(target: str = "001", **more: Any) -> str:
        return digest_of(project.run(target, mode="Plan", **more))

    first = now()
    assert now(attempt=7, name="team/other", resource={"uid": "ff", "created": "2026-01-12T08:00:00Z", "version": "1"}) == first
    found = {first, now("002"), now(arguments={"tenant": "a"})}
    for path in (project.ini, project.env_py, project.versions / "002.py"):
        text = path.read_text()
        path.write_text(text.replace("[loggers]", "x = 1\n[loggers]") if path == project.ini else text + "\n# more\n")
        found.add(now())
        path.write_text(text)
    assert now() == first
    (project.versions / "001.py").write_text((project.versions / "001.py").read_text() + "\n# no step of the plan\n")
    assert now() == first
    assert project.run("002").code == 0
    found.add(now())
    assert len(found) == 7


def test_the_digest_changes_with_what_a_script_takes_from_elsewhere(project: Project) -> None:
    """A module that scripts share is part of the image as well, and an approved plan must not run another statement."""
    shared = project.directory / "shared_by_scripts.py"
    project.line("001")
    found = f"import sys\nsys.path.insert(0, {str(project.directory)!r})\nimport shared_by_scripts"
    project.script("002", "001", downgrade=f"{found}\nop.execute(shared_by_scripts.SQL)")
    shared.write_text('SQL = "DROP TABLE IF EXISTS one"\n')
    assert project.run("head").code == 0
    first = digest_of(project.run("001", mode="Plan"))
    assert digest_of(project.run("001", mode="Plan")) == first
    shared.write_text('SQL = "DROP TABLE IF EXISTS another_one"\n')
    assert digest_of(project.run("001", mode="Plan")) != first


def test_a_script_whose_statements_are_others_each_time_can_be_approved(project: Project) -> None:
    project.line("001")
    now = "{time.perf_counter_ns() % 1000000}"
    project.script("002", "001", downgrade=f'import time\nop.execute(f"UPDATE t_001 SET id = {now}")')
    assert project.run("head").code == 0
    project.database.execute("INSERT INTO t_001 VALUES (1)")
    plan = digest_of(project.run("001", approval={}))
    assert project.run("001", approval=approval(plan)).code == 0


def test_each_version_table_has_a_plan_of_its_own(project: Project) -> None:
    project.line("001", "002")
    project.sync("version_table_schema=context.get_x_argument(as_dictionary=True)['schema']")
    project.database.execute("CREATE SCHEMA a; CREATE SCHEMA b")
    for schema in "ab":
        assert project.run("001", arguments={"schema": schema}).code in (0, 1)
    digests = {digest_of(project.run("head", mode="Plan", arguments={"schema": schema})) for schema in "ab"}
    assert len(digests) == 2


def test_a_row_security_policy_hides_what_is_there(project: Project) -> None:
    migrated(project)
    project.database.execute("ALTER TABLE t_003 ENABLE ROW LEVEL SECURITY; ALTER TABLE t_003 FORCE ROW LEVEL SECURITY")
    waiting = project.run("002", approval=approval())
    assert waiting.outcome["plan"]["deletes"] == ["unknown: table t_003: a row security policy hides rows of it"]


def test_what_may_not_be_read_is_not_known(project: Project) -> None:
    migrated(project)
    project.database.execute("ALTER TABLE t_003 OWNER TO postgres", superuser=True)
    waiting = project.run("001", approval=approval())
    assert waiting.outcome["plan"]["deletes"] == ["unknown: table t_003: it may not be read"]
    assert project.database.rows() == ["003"]


def test_what_somebody_has_locked_is_not_known_and_does_not_stop_the_rest(project: Project) -> None:
    migrated(project)
    project.database.execute("INSERT INTO t_002 VALUES (1)")
    with project.database.connect() as other:
        other.execute("BEGIN; LOCK TABLE t_003 IN ACCESS EXCLUSIVE MODE")
        waiting = project.run("001", approval=approval(), timeouts={"lock": 300})
    assert waiting.outcome["plan"]["deletes"] == ["unknown: table t_003: it is locked", "table t_002 (1 row)"]


def test_many_rows_are_told_as_the_server_estimates_them(project: Project) -> None:
    migrated(project)
    project.database.execute("INSERT INTO t_003 SELECT generate_series(6, 12431)")
    assert project.run("002", mode="Plan").outcome["plan"]["deletes"] == ["table t_003 (more than 1,000 rows)"]
    project.database.execute("ANALYZE t_003")
    assert project.run("002", mode="Plan").outcome["plan"]["deletes"] == ["table t_003 (about 12,400 rows)"]


def test_the_plan_that_is_looked_at_is_the_one_that_alembic_finds(project: Project) -> None:
    """env.py may change the search path behind context.configure(), and with it what every name means."""
    project.sync()
    migrated(project)
    project.database.execute(
        "CREATE SCHEMA a; CREATE TABLE a.alembic_version (version_num varchar(32) PRIMARY KEY); "
        "INSERT INTO a.alembic_version VALUES ('002'); CREATE TABLE a.t_002 AS SELECT 1 AS id"
    )
    begin = "        with context.begin_transaction():"
    moved = f'        connection.exec_driver_sql("SET search_path TO a")\n{begin}'
    project.env_py.write_text(project.env_py.read_text().replace(begin, moved))
    waiting = project.run("001", approval=approval())
    assert waiting.reason == "ApprovalRequired"
    assert "from 002 down to 001 in a step and would delete table t_002 (1 row)." in waiting.message
    assert project.database.query("SELECT version_num FROM a.alembic_version") == [("002",)]
