"""An image or an operator that does not fit: no Alembic, a broken one, a request that cannot be read."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.project import Project


@pytest.fixture(autouse=True)
def _untouched(project: Project) -> object:
    yield
    assert project.database.tables() == []


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("bare")
    venv.create(directory, with_pip=False, symlinks=True)
    return directory / "bin" / "python"


def test_an_image_without_alembic_is_told_which_interpreter_lacks_it(project: Project, bare_python: Path) -> None:
    project.line("001")
    project.python = str(bare_python)
    result = project.run("head")
    assert (result.code, result.reason) == (1, "AlembicMissing")
    assert str(bare_python) in result.message
    assert "spec.alembic.python" in result.message
    assert "The image's ENTRYPOINT is passed over" in result.message


def test_an_alembic_without_sqlalchemy_cannot_be_imported(project: Project, bare_python: Path, tmp_path: Path) -> None:
    import alembic

    project.line("001")
    project.python = str(bare_python)
    tmp_path.joinpath("lib").mkdir()
    tmp_path.joinpath("lib", "alembic").symlink_to(Path(alembic.__file__).parent)
    result = project.run("head", environment={"PYTHONPATH": str(tmp_path / "lib")})
    assert result.reason == "AlembicMissing"
    assert "cannot import its Alembic" in result.message


@pytest.mark.parametrize(
    ("version", "said"), [("1.8.1", "has Alembic 1.8.1, and 1.9 or later is needed"), (None, "PYTHONPATH")]
)
def test_an_alembic_that_is_too_old_or_none_at_all_is_refused(
    project: Project, bare_python: Path, tmp_path: Path, version: str | None, said: str
) -> None:
    project.line("001")
    project.python = str(bare_python)
    tmp_path.joinpath("lib", "alembic").mkdir(parents=True)
    text = f"__version__ = {version!r}\n" if version else ""
    tmp_path.joinpath("lib", "alembic", "__init__.py").write_text(text)
    result = project.run("head", environment={"PYTHONPATH": str(tmp_path / "lib")})
    assert result.reason == "AlembicMissing"
    assert said in result.message


@pytest.mark.parametrize("version", ["1.3.24", "1.2.0b3", "0.9"])
def test_a_sqlalchemy_that_is_too_old_is_refused(project: Project, bare_python: Path, tmp_path: Path, version: str) -> None:
    project.line("001")
    project.python = str(bare_python)
    for name, text in (
        ("sqlalchemy", f"__version__ = {version!r}\n"),
        ("alembic", "import sqlalchemy\n__version__ = '1.13.3'\n"),
    ):
        tmp_path.joinpath("lib", name).mkdir(parents=True)
        tmp_path.joinpath("lib", name, "__init__.py").write_text(text)
    result = project.run("head", environment={"PYTHONPATH": str(tmp_path / "lib")})
    assert (result.code, result.reason) == (1, "AlembicMissing")
    assert f"has Alembic 1.13.3 with SQLAlchemy {version}, and SQLAlchemy 1.4 or later is needed" in result.message
    assert "pip install 'sqlalchemy>=1.4'" in result.message
    assert "The runner failed" not in result.message


@pytest.mark.parametrize(
    "request_text", ["", "{", "[]", '{"version":2}', '{"version":1,"target":7}', '{"version":1,"timeouts":{"lock":-1}}']
)
def test_a_request_that_cannot_be_read_is_an_internal_error(project: Project, request_text: str) -> None:
    result = project.run("head", raw_request=request_text)
    assert (result.code, result.reason) == (1, "InternalError")
    assert "DBMIGRATION_REQUEST" in result.message


def test_a_runner_that_is_mounted_in_part_says_so(project: Project, tmp_path: Path) -> None:
    from tests.project import RUNNER

    part = tmp_path / "dbmigration"
    part.mkdir()
    for name in ("__init__.py", "__main__.py"):
        part.joinpath(name).write_text((RUNNER / name).read_text())
    project.runner = part
    result = project.run("head")
    assert (result.code, result.reason) == (1, "InternalError")
    assert "dbmigration.run" in result.message


def test_the_entry_point_can_be_read_by_old_interpreters() -> None:
    from tests.project import RUNNER

    # The oldest grammar that the compiler still knows stands for those that no machine has any more.
    source = (RUNNER / "__main__.py").read_text()
    check = f"import ast; ast.parse({source!r}, feature_version=(3, 4))"
    subprocess.run([sys.executable, "-c", check], check=True)
