"""What Python, SQLAlchemy and Alembic warn of reaches the outcome, whoever else is listening."""

from __future__ import annotations

import pytest

from tests.project import Project


def _warnings(project: Project, target: str = "head") -> list[str]:
    result = project.run(target)
    assert result.reason == "AtTargetRevision", result.outcome
    return [str(warning) for warning in result.outcome["warnings"]]


@pytest.mark.requires("path_separator")
@pytest.mark.parametrize("line", ["version_path_separator = os\n", pytest.param("", marks=pytest.mark.diagonal)])
def test_deprecated_configuration_is_told(project: Project, line: str) -> None:
    project.line("001")
    project.ini.write_text(project.ini.read_text().replace("[loggers]", f"{line}[loggers]"))
    told = _warnings(project)
    assert any(warning.startswith("DeprecationWarning") and "path_separator" in warning for warning in told), told
    modern = project.ini.read_text().replace(line, "").replace("[loggers]", "path_separator = os\n[loggers]")
    project.ini.write_text(modern)
    assert _warnings(project) == []


@pytest.mark.parametrize(
    "setup",
    [
        pytest.param("", marks=pytest.mark.diagonal),
        "import logging; logging.captureWarnings(True)",
        "import warnings; warnings.resetwarnings()",
    ],
)
def test_what_env_py_and_a_script_are_warned_of_is_told(project: Project, setup: str) -> None:
    project.script(
        "001",
        upgrade="""
            import warnings
            warnings.warn("look at the script", DeprecationWarning)
        """,
    )
    project.env_py.write_text(f"{setup}\nimport warnings\nwarnings.warn('look at env.py')\n" + project.env_py.read_text())
    told = _warnings(project)
    assert any("UserWarning: look at env.py" in warning for warning in told), told
    assert any("DeprecationWarning: look at the script" in warning for warning in told), told
    assert all("\n" not in warning for warning in told)


def test_what_sqlalchemy_warns_of_is_told(project: Project) -> None:
    project.script(
        "001",
        upgrade="""
            t = sa.table("t", sa.column("a"))
            str(sa.select(t.c.a, sa.table("u", sa.column("b")).c.b))
            op.create_table("dup", sa.Column("id", sa.Integer, sa.Identity(), autoincrement=True, primary_key=True))
            sa.schema._warn = sa.util.warn("the fallback is on")
            sa.util.warn_deprecated("this goes in 9.9", version="9.8")
        """,
        downgrade='op.drop_table("dup")',
    )
    told = _warnings(project)
    assert "SAWarning: the fallback is on" in told
    assert any(warning.startswith("SADeprecationWarning: this goes in 9.9") for warning in told), told


def test_a_warning_is_told_once_and_not_more_than_five_of_them(project: Project) -> None:
    lines = "".join(f"    warnings.warn('number {n}')\n" for n in range(8))
    project.env_py.write_text(f"import warnings\nfor _ in range(3):\n{lines}" + project.env_py.read_text())
    project.ini.write_text(project.ini.read_text().replace("prepend_sys_path = .\n", ""))
    project.line("001")
    assert _warnings(project) == [f"UserWarning: number {n}" for n in range(5)]


def test_what_alembic_logs_as_a_warning_is_told(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(
        project.env_py.read_text() + "\nimport logging\nlogging.getLogger('alembic.env').warning('look %s', 'here')\n"
    )
    assert "look here" in _warnings(project)


def test_a_warning_that_the_image_makes_an_error_is_one(project: Project) -> None:
    project.line("001")
    project.env_py.write_text("import warnings\nwarnings.warn('look at env.py')\n" + project.env_py.read_text())
    result = project.run("head", environment={"PYTHONWARNINGS": "error::UserWarning"})
    assert result.reason == "ConfigurationError"
    assert "UserWarning: look at env.py" in result.message
    assert f"{project.env_py}:2" in result.message
