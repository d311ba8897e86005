"""Where a migration is that takes its time: in the log, again and again, so that it is at its end."""

from __future__ import annotations

import re

from tests.conftest import wait_until
from tests.project import Project


def test_a_long_step_says_since_when_it_runs_and_whom_it_waits_for(project: Project) -> None:
    project.line("001", "002")
    assert project.run("head").code == 0
    project.script("003", "002", upgrade='op.execute("ALTER TABLE t_001 ADD COLUMN a int")\nop.execute("SELECT pg_sleep(6)")')
    project.line("004", down="003")
    with project.database.connect() as holder:
        holder.execute("SET application_name = 'nightly-report'; BEGIN; LOCK TABLE t_001 IN ACCESS SHARE MODE")
        running = project.start("head", timeouts={"lock": 60_000})
        wait_until(lambda: '"progress"' in running.printed(), 15)
        holder.execute("ROLLBACK")
    done = running.result()
    assert done.reason == "AtTargetRevision"
    waiting, working = (event for event in done.events if event["event"] == "progress")
    blocker = waiting.pop("waitingFor")
    assert re.fullmatch(
        r"process \d+, application nightly-report, user \w+(, from [0-9.:]+)?, idle in a transaction since "
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; AccessExclusiveLock on t_001 was wanted",
        blocker,
    )
    assert waiting == working
    since = waiting.pop("since")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", since)
    assert waiting == {"event": "progress", "step": 1, "of": 2, "revision": "003", "direction": "Upgrade"}


def test_who_migrates_already_is_waited_for_by_name(project: Project) -> None:
    project.script("001", upgrade='op.execute("SELECT pg_sleep(7)")')
    first = project.start("head")
    wait_until(lambda: '"running"' in first.printed(), 15)
    second = project.start("head", timeouts={"busy": 60_000}).result()
    assert first.result().reason == second.reason == "AtTargetRevision"
    (told,) = (event for event in second.events if event["event"] == "progress")
    assert told.keys() == {"event", "waitingFor"}
    assert "application dbmigration team/thing 1/1 001" in told["waitingFor"]
