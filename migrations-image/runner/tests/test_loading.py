"""What a run loads that goes well. Each Job compiles it anew, so what only some runs need is loaded where they come to it."""

from __future__ import annotations

import json
import subprocess

from tests.project import RESOURCE, RUNNER, Project

# Their words and questions are those of failures, ways down, plans that somebody asks about, and rarer projects.
SPARED = frozenset(
    (
        "indexes.leftover_indexes",
        "indexes.marks",
        "planning.absent",
        "planning.broken_configuration",
        "planning.broken_scripts",
        "planning.claims",
        "planning.connection_parts",
        "planning.container",
        "planning.container_user",
        "planning.decision",
        "planning.descent",
        "planning.digest",
        "planning.entries",
        "planning.examination",
        "planning.flask_project",
        "planning.holdings",
        "planning.instants",
        "planning.losses",
        "planning.mounts",
        "planning.other_encoding",
        "planning.reversibility",
        "planning.url_shape",
        "report.already_there",
        "report.besides",
        "report.early_writes",
        "report.extensions",
        "report.failure",
        "report.half_step",
        "report.left",
        "report.loops",
        "report.missing_commit",
        "report.parts",
        "report.past_sqlalchemy",
        "report.repeated_values",
        "report.rolled_back",
        "report.scripts_connection",
        "report.secret_arguments",
        "report.secret_columns",
        "report.server_details",
        "report.sql_literals",
        "report.stray_signs",
        "report.validation_inputs",
        "report.verdict",
        "session.apart",
        "session.catalog",
        "session.certificates",
        "session.code_behind",
        "session.hidden_code",
        "session.named_server",
        "session.pooling",
        "session.ran_note",
        "session.rendering",
        "sql.effect",
        "sql.effects",
        "sql.index_statement",
        "watch.unplanned",
    )
)


def test_a_run_that_goes_well_loads_nothing_that_only_others_need(project: Project) -> None:
    project.line("001", "002")
    loaded = _loaded(project)
    assert {"migration", "session.lock", "report.judge"} <= loaded
    assert not loaded & SPARED


def test_each_of_these_is_there() -> None:
    assert not [name for name in SPARED if not (RUNNER / f"{name.replace('.', '/')}.py").is_file()]


def _loaded(project: Project) -> set[str]:
    request = {
        "version": 1,
        "name": "team/thing",
        "resource": RESOURCE,
        "attempt": 1,
        "target": "head",
        "database": {"variable": "DATABASE_URL"},
    }
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": project.database.url(project.driver),
        "DBMIGRATION_REQUEST": json.dumps(request),
        "DBMIGRATION_TERMINATION_LOG": str(project.directory / "outcome"),
    }
    command = [project.python, "-X", "importtime", str(RUNNER)]
    done = subprocess.run(command, cwd=project.directory, env=environment, capture_output=True, text=True, check=True)
    names = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {name.partition(".")[2] for name in names if name.startswith("dbmigration.")}
