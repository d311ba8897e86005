"""The runner's wall time against that of the bare `alembic` command, on the same project, in turn."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from benchmark.planning import planning
from tests.private_server import private_server, server_binaries
from tests.project import RUNNER, Project
from tests.server import Database, Server

DRIVERS = ("psycopg", "asyncpg")
REVISIONS = ("001", "002", "003", "004", "005")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmark", description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="how often each command runs (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    with _server() as server, tempfile.TemporaryDirectory() as directory:
        for driver in DRIVERS:
            for name, measure in (("applies 5 revisions", _applying), ("finds nothing to do", _idle)):
                with _project(server, Path(directory), driver) as project:
                    found[f"{driver}, {name}"] = _ratio(*measure(project, arguments.rounds))
    found.update(planning())
    if arguments.json:
        print(json.dumps(found, indent=1))
        return
    print(f"{'':44}{'alembic':>10}{'runner':>10}{'ratio':>8}")
    for name, row in found.items():
        print(f"{name:44}{row['alembic']:>9.3f}s{row['runner']:>9.3f}s{row['ratio']:>8.3f}")


@contextlib.contextmanager
def _server() -> Iterator[Server]:
    url, binaries = os.environ.get("DBMIGRATION_TEST_URL"), server_binaries()
    if url:
        yield Server(url)
    elif binaries is None:
        sys.exit("The benchmark needs a PostgreSQL: set DBMIGRATION_TEST_URL to a superuser's URL, or install one.")
    else:
        with private_server(binaries) as started:
            yield Server(started)


def _ratio(alembic: list[float], runner: list[float]) -> dict[str, float]:
    bare, ours = statistics.median(alembic), statistics.median(runner)
    return {"alembic": round(bare, 4), "runner": round(ours, 4), "ratio": round(ours / bare, 3)}


@contextlib.contextmanager
def _project(server: Server, directory: Path, driver: str) -> Iterator[Project]:
    database = Database(server, f"benchmark_{os.getpid()}")
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {database.name} LOGIN PASSWORD '{database.password}'")
        admin.execute(f"CREATE DATABASE {database.name} OWNER {database.name}")
    root = Path(tempfile.mkdtemp(dir=directory))
    project = Project(root / "app", database)
    if driver == "asyncpg":
        project.asynchronous()
    project.line(*REVISIONS)
    # From a ConfigMap, which nobody can write to: Python compiles these files anew each time.
    project.runner = root / "dbmigration"
    shutil.copytree(RUNNER, project.runner, ignore=shutil.ignore_patterns("__pycache__"))
    try:
        yield project
    finally:
        with psycopg.connect(server.url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {database.name} WITH (FORCE)")
            admin.execute(f"DROP ROLE {database.name}")


def _applying(project: Project, rounds: int) -> tuple[list[float], list[float]]:
    def emptied() -> None:
        project.database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public", superuser=True)
        project.database.execute(f"GRANT ALL ON SCHEMA public TO {project.database.name}", superuser=True)

    return _in_turn(project, rounds, emptied)


def _idle(project: Project, rounds: int) -> tuple[list[float], list[float]]:
    _bare(project)
    return _in_turn(project, rounds, lambda: None)


def _in_turn(project: Project, rounds: int, prepare: Callable[[], None]) -> tuple[list[float], list[float]]:
    taken: dict[Callable[[Project], float], list[float]] = {_bare: [], _ours: []}
    for number in range(rounds + 1):
        for command in sorted(taken, key=lambda c: c is _bare, reverse=number % 2 == 0):
            prepare()
            seconds = command(project)
            # The first one of each fills the caches of the system.
            if number:
                taken[command].append(seconds)
    return taken[_bare], taken[_ours]


def _bare(project: Project) -> float:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": project.database.url(project.driver),
    }
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    started = time.perf_counter()
    subprocess.run(command, cwd=project.directory, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def _ours(project: Project) -> float:
    started = time.perf_counter()
    result = project.run("head", anew=True)
    taken = time.perf_counter() - started
    if result.code != 0:
        sys.exit(f"the runner failed: {result.message}\n{result.stderr}")
    return taken


main()
