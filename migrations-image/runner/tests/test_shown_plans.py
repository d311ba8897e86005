"""The whole of a plan that waits stands in the log: each of its steps, and the SQL of exactly these."""

from __future__ import annotations

from typing import Any

from tests.project import Project, Result

WAITING: dict[str, Any] = {"rollbacks": "WhenLossy", "upgrades": "Never", "plans": [], "override": None}


def shown(result: Result) -> list[dict[str, Any]]:
    """The steps, each with its SQL put together again."""
    steps = [event for event in result.events if event["event"] == "planned"]
    for step in steps:
        lines = [e["text"] for e in result.events if e["event"] == "planned-sql" and e["step"] == step["step"]]
        step["sql"] = "".join(lines)
    return steps


def migrated(project: Project) -> Project:
    project.line("001")
    project.script("002", "001", downgrade='op.drop_table("t_002")')
    project.script(
        "003", "002", upgrade='op.create_table("t_003", sa.Column("a", sa.Integer))', downgrade="raise SystemExit(1)"
    )
    assert project.run("head").code == 0
    project.database.execute("INSERT INTO t_002 VALUES (1)")
    return project


def test_each_step_says_what_it_does_and_deletes(project: Project) -> None:
    migrated(project)
    waiting = project.run("001", approval=WAITING, rollback={"irreversible": "Allow"})
    assert waiting.reason == "ApprovalRequired"
    digest = waiting.outcome["plan"]["digest"]
    assert shown(waiting) == [
        {
            "event": "planned",
            "plan": digest,
            "step": 1,
            "of": 2,
            "revision": "003",
            "direction": "Downgrade",
            "description": "003",
            "irreversible": True,
            "deletes": ["unknown: what step 003 does: it raises SystemExit when it is read without a database"],
            "sql": "-- Not all of it is known: it raises SystemExit when it is read without a database\n",
        },
        {
            "event": "planned",
            "plan": digest,
            "step": 2,
            "of": 2,
            "revision": "002",
            "direction": "Downgrade",
            "description": "002",
            "irreversible": False,
            "deletes": ["table t_002 (1 row)"],
            "sql": "DROP TABLE t_002;\n\n",
        },
    ]


def test_what_runs_is_not_shown_before(project: Project) -> None:
    project.line("001", "002")
    assert project.run("head", approval=WAITING).code == 0
    back = project.run("001", approval=WAITING)
    assert back.reason == "AtTargetRevision"
    assert shown(back) == []


def test_a_long_text_comes_in_several_lines_and_without_a_secret_across_their_ends(project: Project) -> None:
    secret = "correct-horse-battery"
    project.line("001")
    assert project.run("head").code == 0
    rows = "\\n".join(f"-- {number} {secret}" for number in range(1000))
    project.script("002", "001", upgrade=f'op.execute("""SELECT 1\\n{rows}""")')
    planned = project.run("head", mode="Plan", environment={"OTHER_PASSWORD": secret})
    assert planned.reason == "Planned"
    (step,) = shown(planned)
    assert len([event for event in planned.events if event["event"] == "planned-sql"]) > 2
    assert step["sql"] == "SELECT 1\n" + "\n".join(f"-- {number} ***" for number in range(1000)) + ";\n\n"
    assert all(len(line) < 16_000 for line in planned.stdout.splitlines())
