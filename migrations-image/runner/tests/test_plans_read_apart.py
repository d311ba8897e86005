"""A plan is read in copies of the process: the run, its connections and the project's other modules are as if it were not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import ASYNC, SYNC, Project, Result
from tests.test_shown_plans import WAITING

UNKNOWN = "unknown: what step 002 does: {}"
ON_A_SOCKET = "it needs a live connection (something was sent on one that was open)"
ON_A_LOOP = "it needs a live connection (waiting for an event loop)"
# As Alembic's cookbook hands it over.
HANDED_OVER = "context.configure(connection=connection, target_metadata=None{options})"
KEEPING = "config.attributes['connection'] = connection\n{indent}" + HANDED_OVER


def going_down(project: Project, downgrade: str) -> Project:
    project.line("001")
    project.script("002", "001", downgrade=downgrade)
    assert project.run("head").code == 0
    project.database.execute("CREATE TABLE other AS SELECT generate_series(1, 3) a")
    project.database.execute(f"ALTER TABLE other OWNER TO {project.database.name}", superuser=True)
    return project


def approved(project: Project, waiting: Result) -> Result:
    digest: Any = waiting.outcome["plan"]["digest"]
    return project.run("001", approval={**WAITING, "plans": [digest]})


def test_what_other_modules_remember_is_untouched(project: Project) -> None:
    shared = "import functools\nfrom alembic import op\n\n@functools.lru_cache\ndef drop(name):\n    op.drop_table(name)\n"
    (project.directory / "shared.py").write_text(shared)
    going_down(project, 'import shared\nshared.drop("other")\nop.drop_table("t_002")')

    waiting = project.run("001", approval=WAITING)
    assert waiting.outcome["plan"]["deletes"] == ["table other (3 rows)"]

    assert approved(project, waiting).reason == "AtTargetRevision"
    assert project.database.made() == ["t_001"]


def test_a_plan_is_read_twice_from_the_same_beginning(project: Project) -> None:
    (project.directory / "shared.py").write_text("TIMES = []\n")
    going_down(project, 'import shared\nshared.TIMES.append(1)\nop.execute(f"DELETE FROM t_00{len(shared.TIMES)}")')
    project.database.execute("INSERT INTO t_001 VALUES (1)")

    waiting = project.run("001", approval=WAITING)
    assert waiting.outcome["plan"]["deletes"] == ["rows of table t_001 (1 row)"]

    # Not so where another value is deleted each time: what was approved is this one.
    assert approved(project, waiting).reason == "AtTargetRevision"
    assert project.database.query("SELECT count(*) FROM t_001") == [(0,)]


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg", "psycopg, asynchronously"])
def test_a_driver_of_the_run_itself_reaches_nothing_and_makes_the_step_unknown(project: Project, driver: str) -> None:
    project.use(driver)
    waits = driver in ("asyncpg", "psycopg, asynchronously")
    template, indent = (ASYNC, " " * 4) if waits else (SYNC, " " * 8)
    project.env_py.write_text(template.replace(HANDED_OVER, KEEPING.replace("{indent}", indent)).format(options=""))
    sending = (
        "from alembic import context",
        "raw = context.config.attributes['connection'].connection",
        "cursor = raw.cursor()",
        "try:",
        "    cursor.execute('DELETE FROM other')",
        "except Exception:",
        "    pass",
    )
    going_down(project, "\n".join(sending))

    waiting = project.run("001", approval=WAITING)
    assert waiting.reason == "ApprovalRequired", waiting.message
    assert waiting.outcome["plan"]["deletes"] == [UNKNOWN.format(ON_A_LOOP if waits else ON_A_SOCKET)]
    assert project.database.query("SELECT count(*) FROM other") == [(3,)]

    assert approved(project, waiting).reason == "AtTargetRevision"
    assert project.database.query("SELECT count(*) FROM other") == [(0,)]


def test_a_script_that_ends_the_process_is_unknown(project: Project) -> None:
    going_down(project, "import posix\nposix._exit(3)")
    waiting = project.run("001", approval=WAITING)
    assert waiting.outcome["plan"]["deletes"] == [UNKNOWN.format("the process in which it was read ended before")]


def test_a_long_plan_is_read_whole(project: Project) -> None:
    going_down(project, "for n in range(5000):\n    op.execute(f\"COMMENT ON TABLE t_002 IS 'the remark of number {n}'\")")
    planned = project.run("001", approval={**WAITING, "rollbacks": "Always"})
    told = "".join(line["text"] for line in planned.events if line["event"] == "planned-sql")
    assert told.count("COMMENT ON") == 5000
