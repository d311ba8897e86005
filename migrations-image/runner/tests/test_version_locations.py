"""An env.py that says itself where its scripts are."""

from __future__ import annotations

import pytest

from tests.project import Project

WAYS = {
    "script directory": "context.script.version_locations = [{place!r}]\n",
    "main option": "config.set_main_option('version_locations', {place!r})\n",
}


def _elsewhere(project: Project, way: str, place: str = "elsewhere") -> Project:
    project.line("001", "002")
    project.versions.rename(project.directory / "elsewhere")
    project.env_py.write_text(
        project.env_py.read_text().replace(
            "config = context.config\n", "config = context.config\n" + WAYS[way].format(place=place)
        )
    )
    return project


@pytest.mark.parametrize("way", WAYS)
def test_they_are_found_there(project: Project, way: str) -> None:
    _elsewhere(project, way)
    result = project.run("head")
    assert (result.reason, result.outcome["after"], result.outcome["applied"]) == ("AtTargetRevision", ["002"], 2)
    assert project.run("001").outcome["after"] == ["001"]


@pytest.mark.parametrize("way", WAYS)
def test_where_none_are_that_place_is_named_and_nothing_is_touched(project: Project, way: str) -> None:
    result = _elsewhere(project, way, "nowhere").run("head")
    assert result.reason == "InvalidScripts"
    assert "nowhere" in result.message
    assert "env.py" in result.message
    assert project.database.tables() == []


def test_a_target_that_they_do_not_have_is_told_as_ever(project: Project) -> None:
    result = _elsewhere(project, "main option").run("999")
    assert result.reason == "RevisionNotFound"
    assert project.database.tables() == []


def test_those_of_the_configuration_that_env_py_only_reads_stay(project: Project) -> None:
    _elsewhere(project, "main option")
    project.env_py.write_text("print('version_locations')\n" + project.env_py.read_text().replace("config.set_main", "str"))
    project.env_py.write_text(project.env_py.read_text().replace("str_option('version_locations', 'elsewhere')\n", ""))
    project.ini.write_text(project.ini.read_text().replace("[alembic]", "[alembic]\nversion_locations = %(here)s/elsewhere"))
    assert project.run("head").outcome["after"] == ["002"]
