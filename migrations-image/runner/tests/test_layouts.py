"""Ten projects in the shapes that people have them, unchanged: the images of the cluster's scenarios, run without a cluster."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.project import Project

# The libraries of all of them are there where Flask is.
pytestmark = pytest.mark.requires("flask")

LAYOUTS = Path(__file__).parents[3] / "e2e/images/layouts"
KNOWN: dict[str, dict[str, Any]] = json.loads(LAYOUTS.joinpath("layouts.json").read_text())


def test_there_are_ten_and_each_needs_three_lines_at_most() -> None:
    assert len(KNOWN) == 10
    assert {path.name for path in LAYOUTS.joinpath("projects").iterdir()} == set(KNOWN)

    def lines(spec: Any) -> int:
        return sum(len(room) if isinstance(room, dict) and name != "podTemplate" else 1 for name, room in spec.items())

    assert {name: lines(layout["spec"]) for name, layout in KNOWN.items() if lines(layout["spec"]) > 3} == {}


@pytest.mark.parametrize("name", KNOWN)
def test_it_goes_up_and_back_and_up(project: Project, name: str, tmp_path: Path) -> None:
    layout = KNOWN[name]
    asked, environment = _placed(project, name, tmp_path)

    def made() -> list[str]:
        rows = project.database.query(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_|dbmigrations$)' "
            "AND tablename <> 'alembic_version' ORDER BY 1"
        )
        return [row[0] for row in rows]

    for target, tables in (
        (layout["up"], layout["tables"]),
        (layout["back"], layout["left"]),
        (layout["up"], layout["tables"]),
    ):
        result = project.run(target, anew=True, environment=environment, **asked)
        assert result.reason == "AtTargetRevision", result.message + result.stderr
        assert made() == tables


def _placed(project: Project, name: str, tmp_path: Path) -> tuple[dict[str, Any], dict[str, str | None]]:
    """As the image has it, and what the operator makes of the specification."""
    shutil.rmtree(project.directory)
    shutil.copytree(LAYOUTS / "projects", tmp_path / "srv")
    project.directory = tmp_path / "srv" / name
    site = tmp_path / "site"
    site.mkdir()
    installed = "/opt/venv/lib/python3.13/site-packages/"
    if name == "installed":
        shutil.move(tmp_path / "srv/installed/ledger", site)
    if name == "uv":
        _make_environment(project)
    text = json.dumps(KNOWN[name]["spec"]).replace("/srv/", f"{tmp_path}/srv/").replace(installed, f"{site}/")
    spec: dict[str, Any] = json.loads(text)
    alembic = spec.get("alembic", {})
    variable = spec.get("database", {}).get("variable", "DATABASE_URL")
    url = project.database.url(KNOWN[name]["driver"])
    environment: dict[str, str | None] = {"DATABASE_URL": None, variable: url, "PYTHONPATH": str(site)}
    if "podTemplate" in spec:
        environment.update(_parts(url))
    project.python = alembic.get("python", project.python)
    if "command" in alembic:
        project.words = [alembic["command"][0], project.python]
    asked = {key: alembic[key] for key in ("config", "arguments", "flaskApp") if key in alembic}
    return {**asked, "database": {"variable": variable}}, environment


def _make_environment(project: Project) -> None:
    """One of the project's own, which finds the libraries of the tests."""
    # Where the tests of layouts are skipped it is not installed.
    from uv import find_uv_bin

    command = [find_uv_bin(), "venv", "--quiet", "--offline", "--no-project", "--python", project.python]
    subprocess.run([*command, ".venv"], cwd=project.directory, env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"}, check=True)
    site = next(project.directory.glob(".venv/lib/python*/site-packages"))
    site.joinpath("libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")


def _parts(url: str) -> dict[str, str]:
    """The Secret `shop-parts`."""
    split = urlsplit(url)
    return {
        "DB_USER": str(split.username),
        "DB_PASSWORD": str(split.password),
        "DB_HOST": str(split.hostname),
        "DB_PORT": str(split.port),
        "DB_NAME": split.path[1:],
    }
