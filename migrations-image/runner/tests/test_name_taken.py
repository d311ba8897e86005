"""A project's package of the runner's own name cannot be imported beside it, and the message says so."""

from __future__ import annotations

import pytest

from tests.project import Project

USES = (
    "from dbmigration.models import X",
    "from dbmigration import models",
    "import dbmigration\nprint(dbmigration.X)",
    "import dbmigration.sql.models",
)


def _has_package(project: Project) -> None:
    package = project.directory / "dbmigration"
    package.mkdir()
    package.joinpath("__init__.py").write_text("X = 1\n")
    package.joinpath("models.py").write_text("X = 1\n")


def _assert_told(message: str, project: Project) -> None:
    assert f"has the name dbmigration, so the project's of that name ({project.directory}/dbmigration/__init__.py)" in message
    assert "rename the project's" in message
    for other in ("Install it", "prepend_sys_path", "Correct the script", "Correct env.py", "defect"):
        assert other not in message


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("place", ["env.py", "script"])
def test_what_the_project_looks_for_in_its_own_package(project: Project, place: str, use: str) -> None:
    _has_package(project)
    path = project.script("001") if place == "script" else project.env_py
    project.line("001") if place == "env.py" else None
    path.write_text(f"{use}\n{path.read_text()}")
    result = project.run("head")
    assert result.reason == {"env.py": "ConfigurationError", "script": "InvalidScripts"}[place]
    _assert_told(result.message, project)


def test_what_a_step_looks_for_there(project: Project) -> None:
    _has_package(project)
    project.script("001", upgrade="from dbmigration.models import X")
    result = project.run("head")
    assert result.reason == "MigrationFailed"
    _assert_told(result.message, project)


def test_scripts_that_are_in_it(project: Project) -> None:
    _has_package(project)
    project.directory.joinpath("alembic.ini").write_text(
        "[alembic]\nscript_location = dbmigration:migrations\nprepend_sys_path = .\n"
    )
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    _assert_told(result.message, project)


@pytest.mark.requires("flask")
def test_a_flask_application_that_is_in_it(project: Project) -> None:
    _has_package(project)
    result = project.run("head", flaskApp="dbmigration:app")
    assert result.reason == "ConfigurationError"
    _assert_told(result.message, project)


def test_a_directory_of_that_name_is_in_nobodys_way(project: Project) -> None:
    project.line("001")
    project.directory.joinpath("migrations").rename(project.directory / "dbmigration")
    ini = project.directory / "alembic.ini"
    ini.write_text(ini.read_text().replace("%(here)s/migrations", "%(here)s/dbmigration"))
    assert project.run("head").reason == "AtTargetRevision"
