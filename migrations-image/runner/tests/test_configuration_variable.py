"""ALEMBIC_CONFIG, by which the `alembic` command is told which file is the configuration where nobody names one."""

from __future__ import annotations

import subprocess

import pytest

from tests.project import Project


@pytest.fixture
def reports(project: Project) -> Project:
    """Beside the scripts that make t_shop are others, of another configuration, that make t_reports."""
    project.line("shop")
    other = project.directory / "reports"
    other.joinpath("versions").mkdir(parents=True)
    other.joinpath("env.py").write_text(project.env_py.read_text())
    script = project.versions.joinpath("shop.py").read_text().replace("shop", "reports")
    other.joinpath("versions", "reports.py").write_text(script)
    ini = project.ini.read_text().replace("%(here)s/migrations", "%(here)s/reports")
    project.directory.joinpath("reports.ini").write_text(ini)
    return project


def test_it_is_followed_as_alembic_follows_it_and_that_is_told(reports: Project) -> None:
    result = reports.run("head", environment={"ALEMBIC_CONFIG": "reports.ini"})
    assert (result.reason, reports.database.made()) == ("AtTargetRevision", ["t_reports"]), result.message
    warning = result.outcome["warnings"][0]
    assert "reports.ini, which the variable ALEMBIC_CONFIG" in warning
    assert f"not {reports.ini}; for that one let spec.alembic.config be ./alembic.ini" in warning
    command = [reports.python, "-m", "alembic", "current"]
    variables = {"ALEMBIC_CONFIG": "reports.ini", "DATABASE_URL": reports.database.url(reports.driver)}
    told = subprocess.run(command, cwd=reports.directory, env=variables, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "reports (head)"


@pytest.mark.parametrize("named", ["./alembic.ini", "reports.ini"])
def test_a_file_that_the_resource_names_counts_before_it(reports: Project, named: str) -> None:
    variable = "alembic.ini" if named == "reports.ini" else "reports.ini"
    result = reports.run("head", config=named, environment={"ALEMBIC_CONFIG": variable})
    made = ["t_reports" if named == "reports.ini" else "t_shop"]
    assert (result.reason, reports.database.made()) == ("AtTargetRevision", made)
    assert "ALEMBIC_CONFIG" not in str(result.outcome["warnings"])


def test_where_the_usual_file_is_not_there_nothing_has_to_be_told(reports: Project) -> None:
    reports.ini.unlink()
    result = reports.run("head", environment={"ALEMBIC_CONFIG": str(reports.directory / "reports.ini")})
    assert (result.reason, reports.database.made()) == ("AtTargetRevision", ["t_reports"])
    assert "ALEMBIC_CONFIG" not in str(result.outcome["warnings"])


@pytest.mark.parametrize("value", ["", "alembic.ini"])
def test_one_that_says_nothing_else_changes_nothing(reports: Project, value: str) -> None:
    result = reports.run("head", environment={"ALEMBIC_CONFIG": value})
    assert (result.reason, reports.database.made()) == ("AtTargetRevision", ["t_shop"])
    assert "ALEMBIC_CONFIG" not in str(result.outcome["warnings"])


def test_one_that_leads_nowhere_is_named(reports: Project) -> None:
    result = reports.run("head", environment={"ALEMBIC_CONFIG": "conf/report.ini"})
    assert result.reason == "ConfigurationError"
    assert f"There is no configuration file {reports.directory}/conf/report.ini in the image. The variable" in result.message
    assert "The variable ALEMBIC_CONFIG of the container names it: correct that, or name another file" in result.message
    assert reports.database.made() == []


@pytest.mark.requires("pyproject")
def test_it_may_name_a_pyproject_toml(reports: Project) -> None:
    reports.ini.unlink()
    place = reports.directory / "conf" / "pyproject.toml"
    place.parent.mkdir()
    place.write_text('[tool.alembic]\nscript_location = "%(here)s/../reports"\n')
    env_py = reports.directory / "reports" / "env.py"
    env_py.write_text(env_py.read_text().replace("fileConfig(config.config_file_name)", ""))
    result = reports.run("head", environment={"ALEMBIC_CONFIG": "conf/pyproject.toml"})
    assert (result.reason, reports.database.made()) == ("AtTargetRevision", ["t_reports"]), result.message
