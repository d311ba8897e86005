"""Files that are there and that the user of the container may not read or write, and what a user without a name lacks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dbmigration.planning import container, container_user
from tests.project import Project, Result
from tests.rights import as_user
from tests.test_traps import LOG_FILE, READ_ONLY

OPERATORS = 65532
CHOICE = "Where the image names no user, root, or a user by name, the operator runs it as 65532."


@pytest.fixture(autouse=True)
def _open_again(tmp_path: Path) -> Iterator[None]:
    yield
    for directory, _, _ in os.walk(tmp_path):
        for path in Path(directory).iterdir():
            if path.is_dir():
                path.chmod(0o755)


def _locked(project: Project, name: str) -> Path:
    path = project.directory / name
    path.chmod(0)
    return path


def _is_told(result: Result, path: Path, reason: str) -> None:
    assert (result.code, result.reason) == (1, reason), result.message
    assert f"ser 65532, as which the container runs, may not read {path}" in result.message, result.message
    assert CHOICE in result.message
    assert "chmod -R a+rX" in result.message
    assert "end with USER" in result.message
    assert "runAsUser" in result.message
    for wrong in ("was probably built without", "Correct env.py", "Correct it", "There is no", "Correct script", "URL"):
        assert wrong not in result.message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("migrations/versions", "InvalidScripts"),
        ("migrations/versions/002.py", "InvalidScripts"),
        ("migrations/env.py", "ConfigurationError"),
        ("migrations", "InvalidScripts"),
        ("alembic.ini", "ConfigurationError"),
        pytest.param("pyproject.toml", "ConfigurationError", marks=pytest.mark.requires("pyproject")),
        (".env", "ConfigurationError"),
        ("settings", "ConfigurationError"),
    ],
)
def test_what_the_user_may_not_read_is_not_missing(project: Project, name: str, reason: str) -> None:
    project.line("001", "002")
    project.directory.joinpath("settings").mkdir()
    for file in ("settings/__init__.py", "settings/base.py", ".env", "pyproject.toml"):
        project.directory.joinpath(file).write_text("")
    project.env_py.write_text("import settings.base\nopen('.env')\n" + project.env_py.read_text())
    path = _locked(project, name)
    _is_told(as_user(project, OPERATORS).run("head"), path, reason)


def test_a_directory_of_further_scripts_is_none_that_is_missing(project: Project) -> None:
    project.line("001")
    further = project.directory / "further"
    further.mkdir()
    project.script("002", "001").rename(further / "002.py")
    ini = project.ini.read_text().replace(
        "prepend_sys_path", "version_locations = %(here)s/migrations/versions %(here)s/further\nprepend_sys_path", 1
    )
    project.ini.write_text(ini)
    path = _locked(project, "further")
    _is_told(as_user(project, OPERATORS).run("002"), path, "InvalidScripts")


def test_a_script_that_reads_a_file_is_not_to_blame_for_its_mode(project: Project) -> None:
    project.script("001", upgrade=f"open('{project.directory}/rows.csv')")
    project.directory.joinpath("rows.csv").write_text("")
    path = _locked(project, "rows.csv")
    _is_told(as_user(project, OPERATORS).run("head"), path, "MigrationFailed")


def test_what_lies_behind_a_directory_that_may_not_be_entered_is_named_with_it(project: Project) -> None:
    project.line("001")
    path = _locked(project, "migrations")
    result = as_user(project, OPERATORS).run("head")
    assert f"may not read {path}" in result.message
    assert f", and so not {path}/" in result.message


def test_whoever_is_not_the_operators_user_was_chosen_by_the_image(project: Project) -> None:
    project.line("001")
    _locked(project, "migrations/versions")
    result = as_user(project, 1000).run("head")
    assert "User 1000, as which the container runs, may not read" in result.message
    assert "operator" not in result.message


def test_a_log_that_may_not_be_written_is_no_matter_of_env_py_or_the_url(project: Project) -> None:
    project.line("001")
    logs = project.directory / "logs"
    logs.mkdir(mode=0o555)
    project.env_py.write_text(LOG_FILE.format(path=f"{logs}/alembic.log") + project.env_py.read_text())
    result = as_user(project, OPERATORS).run("head")
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert f"User 65532, as which the container runs, may not write {logs}" in result.message
    for said in (CHOICE, "/tmp", "emptyDir", "(chown)", "runAsUser"):
        assert said in result.message
    assert "database's URL" not in result.message
    assert "Correct env.py" not in result.message


def test_an_image_of_roots_is_not_sent_from_the_read_only_file_system_into_a_dead_end(project: Project) -> None:
    project.line("001")
    path = project.directory / "migrations.log"
    code = READ_ONLY.format(path=path, number="EROFS") + LOG_FILE.format(path=path)
    project.env_py.write_text(code + project.env_py.read_text())
    message = as_user(project, OPERATORS).run("head").message
    assert "readOnlyRootFilesystem: false" in message
    assert (
        f"That alone would not do here: user 65532, as which the container runs, may not write {project.directory}" in message
    )
    assert CHOICE in message
    own = as_user(project, os.getuid()).run("head").message
    assert "That alone" not in own


@pytest.mark.parametrize("code", ["import getpass; getpass.getuser()", "import os, pwd; pwd.getpwuid(os.getuid())"])
def test_a_user_without_a_name_is_told_so(project: Project, code: str) -> None:
    project.line("001")
    project.env_py.write_text(code + "\n" + project.env_py.read_text())
    result = as_user(project, OPERATORS).run("head")
    assert result.reason == "ConfigurationError"
    assert "User 65532, as which the container runs, has no name in the image's /etc/passwd" in result.message
    assert CHOICE in result.message
    assert "Correct env.py" not in result.message


LIBPQ = """
from sqlalchemy import event
from sqlalchemy.engine import Engine
@event.listens_for(Engine, "do_connect")
def refuse(dialect, *_):
    raise dialect.dbapi.OperationalError("connection is bad: local user with ID 65532 does not exist")
"""


def _without_a_user(project: Project, driver: str) -> str:
    project.use(driver)
    project.line("001")
    login, _, place = project.database.url(driver).partition("@")
    return f"{login.partition('//')[0]}//{place}"


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_a_url_without_a_user_is_no_server_that_cannot_be_reached(project: Project, driver: str) -> None:
    url = _without_a_user(project, driver)
    if driver.startswith("psycopg"):
        # libpq asks the system, and not Python.
        project.env_py.write_text(LIBPQ + project.env_py.read_text())
    result = as_user(project, OPERATORS).run("head", url=url)
    assert result.reason == "ConfigurationError", result.message
    assert "the database's URL names no user" in result.message
    assert "in front of the host" in result.message
    assert "Check host and port" not in result.message


@pytest.mark.skipif(os.getuid() != 0, reason="a user without a name is somebody else than the one of the tests")
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_these_are_libpqs_words(project: Project, driver: str) -> None:
    url = _without_a_user(project, driver)
    project.env_py.write_text("import os\nos.seteuid(65532)\n" + project.env_py.read_text())
    again = project.env_py.read_text().replace(
        "\nrun_migrations_online()", "\ntry:\n    run_migrations_online()\nfinally:\n    os.seteuid(0)"
    )
    project.env_py.write_text(again)
    result = project.run("head", url=url)
    assert "the database's URL names no user" in result.message


def test_a_role_that_nobody_named_is_told_as_such(project: Project) -> None:
    url = _without_a_user(project, "psycopg")
    result = project.run("head", url=url)
    assert result.reason in ("AuthenticationFailed", "RoleMissing")
    assert "names no user, so the driver took the name of the one that the container runs as" in result.message
    assert "names no user" not in project.run("head", url=url, environment={"PGUSER": "somebody"}).message


def _denied(path: Path | None, change: Callable[[], object] = lambda: None) -> str:
    change()
    return str(container.remedy([PermissionError(13, "Permission denied", *([str(path)] if path else []))]))


def test_what_a_library_looks_for_at_home_is_told_by_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert f"HOME is {tmp_path}: give HOME=/tmp" in _denied(tmp_path / ".postgresql" / "postgresql.key")
    assert "HOME=/tmp" not in _denied(tmp_path / "logs" / "alembic.log")


def test_what_has_no_file_names_none() -> None:
    assert "may not do that" in _denied(None)
    assert container.remedy([PermissionError("of the project's own")]) is None


def test_the_owner_is_named_with_what_it_takes_to_run_as_that_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(container_user, "_owner", lambda _: 1000)
    monkeypatch.setattr(os, "getuid", lambda: OPERATORS)
    assert ", which belongs to user 1000." in _denied(tmp_path)
    assert "runAsUser: 1000" in _denied(tmp_path)
    monkeypatch.setattr(container_user, "_owner", lambda _: 0)
    assert "runAsUser: 0 with runAsNonRoot: false, where the namespace admits root" in _denied(tmp_path)


def test_an_option_of_libpqs_whose_file_may_not_be_read_is_told_with_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbmigration.report.connection_option import remedy

    monkeypatch.setattr(os, "access", lambda *_: False)
    told = remedy("sslkey", f'could not open certificate file "{tmp_path}": Permission denied')
    assert f"may not read {tmp_path}" in told
