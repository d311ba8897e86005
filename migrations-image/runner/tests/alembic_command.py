"""The `alembic` command, run by hand beside the runner."""

from __future__ import annotations

import os

from tests.forking import forker
from tests.project import RUNNER, Project


def alembic(project: Project, *arguments: str, timeout: float = 30) -> int:
    """Its exit code; what it printed is beside the project."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "DATABASE_URL": project.database.url(project.driver)}
    stdout, stderr = project.directory / "alembic-stdout", project.directory / "alembic-stderr"
    started = forker(project.python, RUNNER).start(["alembic", *arguments], project.directory, environment, stdout, stderr)
    return started.wait(timeout)
