"""A project that is right, where the container, its locale or the server lacks what it asks for."""

from __future__ import annotations

import os

import pytest

from tests.project import INI, Project


def test_a_package_of_the_scripts_that_reads_a_variable(project: Project) -> None:
    package = project.directory / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("import os\n\nos.environ['APP_KEY']\n")
    os.rename(project.directory / "migrations", package / "migrations")
    project.ini.write_text(INI.replace("%(here)s/migrations", "pkg:migrations"))
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert "pkg/__init__.py:3)" in result.message
    assert (
        "The environment variable APP_KEY is not set: give it to the container migration of spec.podTemplate" in result.message
    )
    assert "ENTRYPOINT" in result.message
    assert "orrect it" not in result.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import os\nos.environ['TENANT']", "The environment variable TENANT is not set: give it to the container"),
        ("import nowhere", "Install nowhere in the image"),
    ],
)
@pytest.mark.parametrize("within", [False, True])
def test_a_script_that_asks_for_what_is_not_there(project: Project, text: str, said: str, within: bool) -> None:
    path = project.script("001", upgrade=text if within else "pass")
    if not within:
        path.write_text(f"{path.read_text()}\n{text}\n")
    result = project.run("head")
    assert result.reason == ("MigrationFailed" if within else "InvalidScripts")
    assert said in result.message
    assert "ENTRYPOINT" in result.message
    assert "versions/001.py:" in result.message
    assert "orrect" not in result.message


def test_a_configuration_that_is_no_utf_8(project: Project) -> None:
    project.line("001")
    project.ini.write_bytes(INI.encode().replace(b"\n[loggers]", "# größe\n[loggers]".encode("latin1")))
    result = project.run("head", environment={"PYTHONUTF8": "1"})
    assert result.reason == "ConfigurationError"
    assert f"the configuration {project.ini}:5 has a character that is no utf-8".lower() in result.message.lower()
    assert "save the file as UTF-8" in result.message


def test_a_locale_that_is_no_utf_8(project: Project) -> None:
    project.line("001")
    project.ini.write_text(f"# größe\n{INI}", encoding="utf-8")
    result = project.run("head", environment={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert result.reason == "ConfigurationError"
    assert f"The configuration {project.ini}:1 is UTF-8, and Python reads it as ascii here".lower() in result.message.lower()
    assert "PYTHONUTF8=1" in result.message


def test_an_extension_that_the_server_lacks(project: Project) -> None:
    project.script("001", upgrade='op.execute("CREATE EXTENSION IF NOT EXISTS no_such_thing")')
    result = project.run("head")
    assert result.reason == "MigrationFailed"
    assert "install the package of the extension" in result.message
    assert "orrect the script" not in result.message


def test_an_extension_that_takes_a_superuser(project: Project) -> None:
    project.script("001", upgrade='op.execute("CREATE EXTENSION file_fdw")')
    result = project.run("head")
    assert result.reason == "PermissionDenied"
    assert "Let a superuser, or the provider's role for it, make it once in this database" in result.message
    assert "owns the objects" not in result.message
