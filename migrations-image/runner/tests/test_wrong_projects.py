"""A project that cannot be migrated with: each fault has its reason, its remedy, and leaves the database untouched."""

from __future__ import annotations

import pytest

from tests.project import Project


@pytest.fixture(autouse=True)
def _untouched(project: Project) -> object:
    yield
    assert project.database.tables() == []


def test_an_unknown_target_is_refused_with_what_is_near_it(project: Project) -> None:
    project.line("a1b2c3d4", "b2c3d4e5")
    result = project.run("a1b2c3d5")
    assert (result.code, result.reason) == (1, "RevisionNotFound")
    assert "'a1b2c3d5'" in result.message
    assert "near it: a1b2c3d4" in result.message
    assert "heads: b2c3d4e5" in result.message
    assert result.outcome["before"] is None


def test_a_set_whose_members_build_on_one_another_is_refused(project: Project) -> None:
    project.line("001", "002")
    result = project.run("001,002")
    assert result.reason == "ConfigurationError"
    assert "002 builds on 001" in result.message


def test_two_heads_are_named_with_the_command_that_joins_them(project: Project) -> None:
    project.line("001", "002")
    project.script("003", "001")
    result = project.run("head")
    assert (result.code, result.reason) == (1, "MultipleHeads")
    assert "002 (002.py), 003 (003.py)" in result.message
    assert 'alembic merge -m "merge heads" 002 003' in result.message


def test_an_image_without_scripts_is_no_success(project: Project) -> None:
    result = project.run("head")
    assert (result.code, result.reason) == (1, "InvalidScripts")
    assert str(project.versions) in result.message


def test_two_scripts_with_one_id_are_both_named(project: Project) -> None:
    project.line("001", "002")
    project.script("002", "001", file="other.py")
    result = project.run("001")
    assert result.reason == "InvalidScripts"
    assert "/002.py and" in result.message or "/002.py." in result.message
    assert "/other.py" in result.message


def test_a_parent_that_is_missing_is_named_with_its_child(project: Project) -> None:
    project.script("002", "001")
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("InvalidScripts", "002")
    assert "002.py (revision 002) builds on revision 001" in result.message


def test_a_dependency_that_is_missing_is_named(project: Project) -> None:
    project.script("002", depends="net")
    result = project.run("head")
    assert result.reason == "InvalidScripts"
    assert "builds on revision net" in result.message


def test_a_circle_of_scripts_is_named(project: Project) -> None:
    project.script("001")
    project.script("002", "003")
    project.script("003", "002")
    result = project.run("001")
    assert result.reason == "InvalidScripts"
    assert "circle" in result.message
    assert "002.py" in result.message


@pytest.mark.parametrize(
    ("text", "said"),
    [("def upgrade(:\n", "SyntaxError"), ("import nothing_of_the_kind\n", "nothing_of_the_kind"), ("x = 1\n", "down_revision")],
)
def test_a_script_that_cannot_be_loaded_is_named(project: Project, text: str, said: str) -> None:
    project.line("001")
    project.versions.joinpath("bad.py").write_text(text)
    result = project.run("head")
    assert result.reason == "InvalidScripts"
    assert "bad.py" in result.message
    assert said in result.message


def test_a_configuration_file_that_is_missing_is_named(project: Project) -> None:
    project.line("001")
    result = project.run("head", config="conf/other.ini")
    assert result.reason == "ConfigurationError"
    assert str(project.directory / "conf/other.ini") in result.message
    project.ini.unlink()
    assert project.run("head").reason == "ConfigurationError"


def test_a_section_that_is_missing_is_named(project: Project) -> None:
    project.line("001")
    result = project.run("head", section="billing")
    assert result.reason == "ConfigurationError"
    assert "no section [billing]" in result.message


@pytest.mark.parametrize(
    ("ini", "said"),
    [
        ("[alembic]\n", "script_location"),
        ("[alembic]\nscript_location = elsewhere\n", "Path doesn't exist: elsewhere. Correct it"),
        ("[alembic]\nscript_location = %(nothing)s/x\n", "nothing"),
        ("no section at all\n", "no section headers"),
    ],
)
def test_a_configuration_that_leads_nowhere_is_quoted(project: Project, ini: str, said: str) -> None:
    project.ini.write_text(ini)
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert said in result.message


def test_a_project_without_env_py_is_told_so(project: Project) -> None:
    project.line("001")
    project.env_py.unlink()
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert "env.py" in result.message


def test_an_env_py_that_raises_is_quoted_with_file_and_line(project: Project) -> None:
    project.line("001")
    project.env_py.write_text("import os\n\nraise ValueError('settings are incomplete')\n")
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert f"{project.env_py}:3" in result.message
    assert "ValueError: settings are incomplete" in result.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(:\n", "SyntaxError"),
        ("import sys\nsys.exit(3)\n", "ended the interpreter (exit 3)"),
        ("import os\nos._exit(3)\n", "ended the interpreter (exit 3)"),
        ("import sys\nsys.exit(0)\n", "without a call of context.configure()"),
        ("x = 1\n", "without a call of context.configure()"),
        ("import app.settings\n", "No module named 'app'"),
        ("f = lambda: f()\nf()\n", "RecursionError"),
        ("from alembic import context\ncontext.configure(url='postgresql://')\n", "without a connection"),
        ("raise BaseException('x')\n", "BaseException: x"),
    ],
)
def test_an_env_py_that_cannot_work_is_explained(project: Project, text: str, said: str) -> None:
    project.line("001")
    project.env_py.write_text(text)
    result = project.run("head")
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert said in result.message


def test_an_env_py_that_never_migrates_is_no_success(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(project.env_py.read_text().replace("context.run_migrations()", "pass"))
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert "context.run_migrations()" in result.message


def test_a_variable_that_env_py_reads_in_vain_is_named(project: Project) -> None:
    project.line("001")
    result = project.run("head", environment={"DATABASE_URL": None})
    assert result.reason == "ConfigurationError"
    assert "environment variable DATABASE_URL, and that is not set" in result.message
    assert "spec.database.variable" in result.message
    assert "spec.podTemplate" in result.message
    assert 'spec.alembic.command: ["/entrypoint.sh", "python3"]' in result.message


def test_a_module_that_an_entrypoint_makes_known_is_told_that_it_is_passed_over(project: Project) -> None:
    project.line("001")
    project.env_py.write_text("import app.settings\n" + project.env_py.read_text())
    assert "The image's ENTRYPOINT is passed over" in project.run("head").message


def test_a_setting_that_pydantic_misses_is_told_where_variables_go(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(
        "from pydantic import BaseModel\nclass Settings(BaseModel):\n    key: str\nSettings.model_validate({})\n"
    )
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert "spec.podTemplate" in result.message
    assert "Secret" not in result.message


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        ("postgres", "write postgresql:// in the Secret"),
        ("mysql", "Only PostgreSQL can be migrated"),
    ],
)
def test_a_scheme_of_something_else_is_explained(project: Project, scheme: str, said: str) -> None:
    project.line("001")
    result = project.run("head", url=project.database.url().replace("postgresql+psycopg", scheme))
    assert result.reason == "ConfigurationError"
    assert said in result.message


def test_a_key_of_the_secret_that_is_empty_is_told_so(project: Project) -> None:
    project.line("001")
    result = project.run("head", environment={"DATABASE_URL": ""})
    assert result.reason == "ConfigurationError"
    assert "The variable DATABASE_URL, which has the Secret's URL, is empty" in result.message


def test_a_url_without_a_driver_is_told_which_one_it_means(project: Project) -> None:
    project.line("001")
    for name in ("psycopg", "psycopg2"):
        (project.directory / f"{name}.py").write_text(f"raise ModuleNotFoundError('no', name={name!r})\n")
    result = project.run("head", url=project.database.url().replace("+psycopg", ""), anew=True)
    assert result.reason == "ConfigurationError"
    assert "A URL that names none means psycopg" in result.message


def test_a_driver_that_is_not_installed_is_named(project: Project) -> None:
    project.line("001")
    hidden = project.directory / "asyncpg.py"
    hidden.write_text("raise ModuleNotFoundError(\"No module named 'asyncpg'\", name='asyncpg')\n")
    project.asynchronous()
    result = project.run("head", anew=True)
    assert result.reason == "ConfigurationError"
    assert "The driver asyncpg" in result.message


def test_a_driver_that_is_unknown_is_a_matter_of_configuration(project: Project) -> None:
    project.line("001")
    result = project.run("head", url=project.database.url("nosuchdriver"))
    assert result.reason == "ConfigurationError"
    assert "postgresql.nosuchdriver" in result.message


@pytest.mark.requires("sqlite")
def test_another_kind_of_database_is_refused(project: Project) -> None:
    project.sync()
    project.line("001")
    result = project.run("head", url="sqlite://")
    assert result.reason == "ConfigurationError"
    assert "sqlite" in result.message


def test_a_byte_order_mark_in_the_configuration_is_named(project: Project) -> None:
    project.line("001")
    project.ini.write_bytes(b"\xef\xbb\xbf" + project.ini.read_bytes().lstrip())
    result = project.run("head")
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert "begins with a byte order mark" in result.message
    assert "script_location" not in result.message


def test_a_percent_sign_in_an_option_of_another_name_is_no_password_of_the_url(project: Project) -> None:
    project.line("001")
    text = project.ini.read_text().replace("prepend_sys_path = .", "prepend_sys_path = .\nfile_template = %(year)d_%(rev)s")
    project.ini.write_text(text)
    result = project.run("head")
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert "That is the option file_template" in result.message
    assert "password" not in result.message


def test_settings_of_the_log_are_no_matter_of_the_url(project: Project) -> None:
    project.line("001")
    project.ini.write_text(f"[alembic]\nscript_location = {project.env_py.parent}\n")
    result = project.run("head")
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert "That is of the settings of the log" in result.message
    assert "URL" not in result.message
