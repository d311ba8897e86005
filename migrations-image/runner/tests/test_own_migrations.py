"""An application, or an env.py, that migrates by itself: it would do so without lock, plan and approval, whatever is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.project import Project
from tests.server import Database
from tests.test_flask import MODULE, READS, shop

__all__ = ["shop"]

UPGRADES = MODULE.replace("    return app", "    with app.app_context():\n        {call}\n    return app")
CALL = "__import__('flask_migrate').upgrade()"
CAUGHT = "try: __import__('flask_migrate').upgrade()\n        except Exception: pass"
NESTED = """
import alembic.command, alembic.config
alembic.command.{command}(alembic.config.Config("alembic.ini"), "head")
"""
BESIDE = """
import subprocess, sys
subprocess.run({words}, check=True, cwd={directory!r})
"""


def _migrates(project: Project, call: str = CALL, configuration: str = READS.format(variable="DATABASE_URL")) -> None:
    project.directory.joinpath("shop.py").write_text(UPGRADES.format(configuration=configuration, call=call))


@pytest.mark.requires("flask")
@pytest.mark.parametrize(
    ("target", "asked", "call"),
    [
        ("head", {}, CALL),
        ("head", {}, CAUGHT),
        ("head", {"mode": "Plan"}, CALL),
        ("head", {"mode": "Check"}, CAUGHT),
        ("999", {}, CALL),
        ("001", {"rollback": {"policy": "Forbid"}}, CALL),
    ],
)
def test_an_application_that_migrates_while_it_is_made_is_stopped(
    shop: Project, target: str, asked: dict[str, Any], call: str
) -> None:
    _migrates(shop, call)
    result = shop.run(target, flaskApp="shop:create_app", **asked)
    assert (result.reason, shop.database.tables()) == ("ConfigurationError", []), result.message
    application = "The Flask application shop:create_app (spec.alembic.flaskApp)"
    assert result.message.startswith(f"{application} runs Alembic by itself (at {shop.directory}/shop.py:")
    assert "Take it out" in result.message
    assert result.message.endswith("The database was not touched.")


@pytest.mark.requires("flask")
def test_one_that_would_migrate_another_database_is_stopped_as_well(shop: Project, other_database: Database) -> None:
    _migrates(shop, configuration=f'app.config["SQLALCHEMY_DATABASE_URI"] = {other_database.url(shop.driver)!r}')
    result = shop.run("head", flaskApp="shop:create_app")
    assert (result.reason, other_database.tables()) == ("ConfigurationError", []), result.message


@pytest.mark.requires("flask")
def test_one_that_only_looks_at_the_revision_may_do_so(shop: Project) -> None:
    assert shop.run("001", flaskApp="shop:create_app").code == 0
    _migrates(shop, "__import__('flask_migrate').current()")
    result = shop.run("head", flaskApp="shop:create_app")
    assert (result.reason, shop.database.rows()) == ("AtTargetRevision", ["002"]), result.message


@pytest.mark.parametrize("command", ["upgrade", "stamp"])
@pytest.mark.parametrize("mode", ["Migrate", "Plan"])
def test_a_command_of_alembics_in_what_env_py_imports_is_stopped(project: Project, command: str, mode: str) -> None:
    project.line("001", "002")
    project.directory.joinpath("app.py").write_text(NESTED.format(command=command))
    project.env_py.write_text("import app\n" + project.env_py.read_text())
    result = project.run("001", mode=mode)
    assert (result.reason, project.database.tables()) == ("ConfigurationError", []), result.message
    assert f"{project.env_py}, or what it imports, runs Alembic by itself (at {project.directory}/app.py:3)" in result.message


def test_an_env_py_that_catches_that_does_not_go_on(project: Project) -> None:
    project.line("001")
    nested = NESTED.format(command="upgrade").replace("alembic.command.", "try: alembic.command.")
    project.env_py.write_text(nested + "except Exception: pass\n" + project.env_py.read_text())
    result = project.run("head")
    assert (result.reason, project.database.tables()) == ("ConfigurationError", []), result.message
    assert "runs Alembic by itself" in result.message


def test_a_package_of_scripts_that_migrates_when_it_is_imported_is_stopped(project: Project) -> None:
    project.line("001")
    project.directory.joinpath("migrations", "__init__.py").write_text(NESTED.format(command="upgrade"))
    project.ini.write_text(project.ini.read_text().replace("%(here)s/migrations", "migrations:."))
    result = project.run("head")
    assert (result.reason, project.database.tables()) == ("ConfigurationError", []), result.message
    assert "A package that the configuration names runs Alembic by itself" in result.message


@pytest.mark.parametrize(
    "words",
    [
        '[sys.executable, "-m", "alembic", "upgrade", "head"]',
        '[sys.executable.replace("python", "alembic"), "-c", "alembic.ini", "downgrade", "base"]',
        '("flask", "db", "upgrade")',
        '"alembic -x tenant=a upgrade head", shell=True',
        None,
    ],
)
def test_a_command_in_a_process_of_its_own_is_stopped(project: Project, words: str | None) -> None:
    project.line("001")
    beside = BESIDE.format(words=words, directory=str(project.directory))
    if words is None:
        beside = 'import os\nos.system("cd . && alembic upgrade head")\n'
    project.env_py.write_text(beside + project.env_py.read_text())
    result = project.run("head", mode="Plan")
    assert (result.reason, project.database.tables()) == ("ConfigurationError", []), result.message
    assert "starts the command `alembic` or `flask db` by itself" in result.message


@pytest.mark.parametrize("words", ['["echo", "alembic", "heads"]', '["echo", "upgrade", "alembic"]', '"true"'])
def test_other_processes_are_nobodys_business(project: Project, words: str, tmp_path: Path) -> None:
    project.line("001")
    project.env_py.write_text(BESIDE.format(words=words, directory=str(tmp_path)) + project.env_py.read_text())
    assert project.run("head").reason == "AtTargetRevision"
