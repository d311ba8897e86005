"""What trips projects that work elsewhere: a % in the URL, and files that the container may not write."""

from __future__ import annotations

import pytest

from tests.project import Project

SET = """
import os
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
config.set_main_option("sqlalchemy.url", {url})
engine = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
READ_ONLY = """
import builtins, errno, os
def refuse(file, mode="r", *args, real=open, **kw):
    if "{path}" in str(file) and set(mode) & set("wax+"):
        raise OSError(errno.{number}, os.strerror(errno.{number}), str(file))
    return real(file, mode, *args, **kw)
builtins.open = refuse
"""
LOG_FILE = """
import logging
logging.getLogger("alembic").addHandler(logging.FileHandler("{path}"))
"""


def _escaped(project: Project) -> str:
    """The password with one of its characters as an escape."""
    password = project.database.password
    return project.database.url(project.driver, password=f"%{ord(password[0]):02X}{password[1:]}")


def test_a_percent_sign_in_set_main_option_is_said_to_need_another_one(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(SET.format(url='os.environ["DATABASE_URL"]'))
    result = project.run("head", url=_escaped(project))
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert f"{project.env_py}:7" in result.message
    assert "invalid interpolation syntax" in result.message
    assert 'url.replace("%", "%%")' in result.message
    assert "is not the cause" in result.message
    assert "if the database's URL is what is wrong" not in result.message
    project.env_py.write_text(SET.format(url='os.environ["DATABASE_URL"].replace("%", "%%")'))
    assert project.run("head", url=_escaped(project)).reason == "AtTargetRevision"


def test_a_percent_sign_that_is_found_when_it_is_read_is_the_same(project: Project) -> None:
    project.line("001")
    # One that ini files substitute, as in `%(DB_PASSWORD)s`, with a password that has another one.
    project.env_py.write_text(
        "from alembic import context\ncontext.config.file_config.defaults()['secret'] = 'x%4'\n"
        + SET.format(url="'postgresql://app:%(secret)s@db/shop'")
    )
    result = project.run("head")
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert "That is the option secret" in result.message
    assert 'where env.py sets it, value.replace("%", "%%")' in result.message


def test_a_percent_sign_in_the_file_is_the_same(project: Project) -> None:
    project.line("001")
    project.ini.write_text(project.ini.read_text().replace("prepend_sys_path = .", "prepend_sys_path = .\nfile_template = %x"))
    project.ini.write_text(project.ini.read_text().replace("%(here)s/migrations", "%(here)s/migrations%"))
    result = project.run("head")
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert "That is the option" in result.message
    assert "write %% in the file" in result.message


def test_an_error_of_env_py_that_speaks_of_interpolation_is_its_own(project: Project) -> None:
    project.line("001")
    project.env_py.write_text("raise ValueError('invalid interpolation syntax of mine')")
    assert "%%" not in project.run("head").message


@pytest.mark.parametrize("where", ["env.py", "env.py, wrapped", "a script", "an import of a script"])
@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("EROFS", "read-only root file system; /tmp can be written"),
        ("ENOSPC", "no room left where the container may write, which is /tmp"),
    ],
)
def test_a_file_that_cannot_be_written_is_the_containers_doing(project: Project, where: str, number: str, said: str) -> None:
    path = str(project.directory / "migrations.log")
    code = READ_ONLY.format(path=path, number=number) + LOG_FILE.format(path=path)
    reason = "ConfigurationError"
    if where == "a script":
        project.script("001", upgrade=code)
        reason = "MigrationFailed"
    elif where == "an import of a script":
        project.script("001")
        script = project.versions / "001.py"
        script.write_text(code + script.read_text())
        reason = "InvalidScripts"
    else:
        project.line("001")
        lines = "".join(f"    {line}\n" for line in code.splitlines())
        wrapped = f"try:\n{lines}except OSError as error:\n    raise RuntimeError('no cache') from error\n"
        project.env_py.write_text((wrapped if "wrapped" in where else code) + project.env_py.read_text())
    result = project.run("head")
    assert (result.code, result.reason) == (1, reason), result.message
    assert said in result.message
    assert path in result.message or "wrapped" in where
    assert "if the database's URL is what is wrong" not in result.message


def test_a_directory_that_was_forgotten_is_no_matter_of_the_container(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(LOG_FILE.format(path="/nonexistent/log") + project.env_py.read_text())
    assert "/tmp" not in project.run("head").message.replace(str(project.directory), "")
