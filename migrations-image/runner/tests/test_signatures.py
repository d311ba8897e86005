"""Scripts of one template of Alembic's beside an env.py of another: who does not fit whom is told before any step is run."""

from __future__ import annotations

import pytest

from tests.project import Project, Result


def _is_refused(result: Result, *told: str) -> None:
    assert (result.reason, result.outcome["after"]) == ("InvalidScripts", ["001"]), result.message
    assert not any(event["event"] == "step" for event in result.events)
    assert [words for words in told if words not in result.message] == []


@pytest.mark.parametrize("mode", ["Migrate", "Plan"])
def test_a_script_may_want_an_argument_that_env_py_does_not_give(project: Project, mode: str) -> None:
    project.line("001", "002")
    assert project.run("001").reason == "AtTargetRevision"
    path = project.script("003", "002")
    path.write_text(path.read_text().replace("def upgrade()", "def upgrade(engine_name)"))
    told = "upgrade(engine_name) of revision 003", "calls context.run_migrations():", "Write def upgrade() in the script"
    _is_refused(project.run("head", mode=mode), *told, str(path), str(project.env_py))


def test_env_py_may_give_one_that_no_script_takes(project: Project) -> None:
    project.line("001", "002", "003")
    assert project.run("001").reason == "AtTargetRevision"
    project.env_py.write_text(project.env_py.read_text().replace("run_migrations()\n", 'run_migrations(engine_name="a")\n', 1))
    told = "upgrade() of revision 002", "context.run_migrations(engine_name=…):", "2 revisions of the plan are like that"
    _is_refused(project.run("head"), *told, "Write def upgrade(engine_name) in the script")


def test_what_fits_by_its_defaults_is_run(project: Project) -> None:
    path = project.script("001")
    path.write_text(path.read_text().replace("def upgrade()", "def upgrade(*names, engine_name=None, **more)"))
    assert project.run("head").reason == "AtTargetRevision"
