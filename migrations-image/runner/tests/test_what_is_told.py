"""What the outside is told: progress, warnings, the outcome, and never a secret."""

from __future__ import annotations

import json

import pytest

from tests.project import Project

TELL = """
import json, sys
with open("seen.json", "w") as seen:
    json.dump({"path": sys.path, "modules": sorted(sys.modules)}, seen)
"""


def test_output_and_threads_of_the_project_neither_hide_nor_delay_the_outcome(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(
        'import sys, threading, time\nthreading.Thread(target=time.sleep, args=(30,)).start()\nprint(\'{"not": "ours"}\')\n'
        "sys.stdout = open('/dev/null', 'w')\n" + project.env_py.read_text()
    )
    result = project.run("head")
    assert result.reason == "AtTargetRevision"
    assert result.seconds < 15
    assert json.loads(result.stdout.splitlines()[-1]) == result.outcome


@pytest.mark.parametrize(
    "theirs",
    [
        "sys.stdout = sys.stderr = None",
        "sys.stdout.close(); sys.stderr.close()",
        "sys.stdout = sys.stderr = type('Writer', (), {'write': lambda self, text: None})()",
        "log.flush = lambda: 1 / 0",
        "log.close = lambda: __import__('time').sleep(60)",
    ],
)
@pytest.mark.parametrize(("statement", "reason"), [("SELECT 1", "AtTargetRevision"), ("SELECT 1 / 0", "MigrationFailed")])
def test_what_the_project_does_to_streams_and_log_changes_no_outcome(
    project: Project, theirs: str, statement: str, reason: str
) -> None:
    project.script(
        "001",
        upgrade=f"import logging, sys, warnings\nlog = logging.NullHandler()\n{theirs}\nwarnings.warn('old')\n"
        f"logging.root.addHandler(log)\nop.execute({statement!r})",
    )
    result = project.run("head")
    assert (result.reason, result.code) == (reason, int(reason != "AtTargetRevision")), result.message
    assert json.loads(result.stdout.splitlines()[-1]) == result.outcome
    assert "UserWarning: old" in result.outcome["warnings"]
    assert ("division by zero" in result.stderr) == (reason == "MigrationFailed")
    assert result.seconds < 15


def test_progress_is_told_step_by_step(project: Project) -> None:
    project.line("001", "002")
    project.run("head")
    result = project.run("001")
    assert result.events == [
        {
            "event": "plan",
            "versionTable": "public.alembic_version",
            "before": ["002"],
            "target": ["001"],
            "direction": "Downgrade",
            "steps": 1,
        },
        {"event": "step", "revision": "002", "direction": "Downgrade", "step": 1, "of": 1, "state": "running"},
        {"event": "step", "revision": "002", "direction": "Downgrade", "step": 1, "of": 1, "state": "done"},
    ]


def test_no_secret_of_the_environment_is_told(project: Project) -> None:
    secret = "p%40ss/wörd&geheim"
    plain = "p@ss/wörd&geheim"
    project.script(
        "001", upgrade=f'raise ValueError("failed with {plain} and {secret}: " + __import__("os").environ["OTHER_TOKEN"])'
    )
    environment = {"OTHER_TOKEN": "tok-123456", "REPORTS_URL": f"https://user:{secret}@reports.example/x"}
    result = project.run("head", environment=environment)
    assert result.reason == "MigrationFailed"
    written = json.dumps(result.outcome, ensure_ascii=False) + result.stdout + result.stderr.replace("os.environ", "")
    assert "ValueError: failed with *** and ***: ***" in result.message
    # Only the script itself, quoted by the interpreter in the log, could show it, and there it is masked too.
    assert plain not in written
    assert "tok-123456" not in written


def test_an_url_that_cannot_be_parsed_is_not_shown(project: Project) -> None:
    project.line("001")
    result = project.run("head", url="postgresql//app:s3cret-word@h/db")
    assert result.reason == "ConfigurationError"
    assert "s3cret-word" not in result.stdout + result.stderr


def test_the_termination_message_may_be_missing(project: Project) -> None:
    project.line("001")
    result = project.run("head", environment={"DBMIGRATION_TERMINATION_LOG": "/nonexistent/log"})
    assert result.code == 0
    assert "could not be written to /nonexistent/log" in result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["reason"] == "AtTargetRevision"
