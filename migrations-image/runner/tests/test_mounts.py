"""What a volume hides is not missing in the image."""

from __future__ import annotations

import io
import venv
from pathlib import Path

import pytest

from dbmigration.planning import mounts
from tests.mounted import POD, mounted, table_of
from tests.project import Project, Result


def _is_told(result: Result, point: Path) -> None:
    assert f"Over {point} a volume is mounted, which hides what the image has there" in result.message, result.message
    assert "volumeMounts in spec.podTemplate" in result.message


@pytest.mark.parametrize("name", ["alembic.ini", "migrations/env.py", "migrations", "migrations/versions", "settings.toml"])
def test_what_is_missing_below_a_mount_point_may_be_hidden(project: Project, name: str) -> None:
    project.line("001")
    project.env_py.write_text("open('settings.toml')\n" + project.env_py.read_text())
    project.directory.joinpath("settings.toml").write_text("")
    project.directory.joinpath(name).rename(project.directory.parent / "hidden")
    result = mounted(project, project.directory).run("head", environment=POD)
    _is_told(result, project.directory)
    assert f"There is no configuration file {project.ini} in the image" not in result.message
    assert "Over" not in mounted(project).run("head", environment=POD).message


def test_a_script_that_another_one_builds_on_may_be_hidden(project: Project) -> None:
    project.line("001", "002")
    project.versions.joinpath("001.py").unlink()
    _is_told(mounted(project, project.versions).run("head", environment=POD), project.versions)


def test_packages_of_the_interpreter_may_be_hidden(project: Project, tmp_path: Path) -> None:
    project.line("001")
    bare = tmp_path / "bare"
    venv.create(bare, with_pip=False, symlinks=True)
    project.python = str(bare / "bin" / "python")
    result = mounted(project, bare).run("head", environment=POD)
    assert result.reason == "AlembicMissing"
    _is_told(result, bare)


def test_an_interpreter_that_is_found_in_vain_on_the_path_may_be_hidden(project: Project, tmp_path: Path) -> None:
    project.line("001")
    bare = tmp_path / "bare"
    venv.create(bare, with_pip=False, symlinks=True)
    project.python = str(bare / "bin" / "python")
    result = mounted(project, "/opt/venv").run("head", environment={**POD, "PATH": "/opt/venv/bin:/usr/bin"})
    assert result.reason == "AlembicMissing"
    _is_told(result, Path("/opt/venv"))


@pytest.mark.parametrize("module", ["app.settings", "asyncpg"])
def test_a_module_may_be_hidden(project: Project, module: str) -> None:
    project.line("001")
    project.env_py.write_text(f"raise ModuleNotFoundError('No module named {module}', name={module!r})\n")
    _is_told(mounted(project, project.directory).run("head", environment=POD), project.directory)


def test_what_is_mounted_outside_of_a_pod_hides_no_image(project: Project) -> None:
    project.line("001")
    project.ini.unlink()
    assert "Over" not in mounted(project, project.directory).run("head").message


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/srv/app/alembic.ini", "Over /srv/app a"),
        ("/srv/application/alembic.ini", "Over /srv a"),
        ("/opt/a b/alembic.ini", "Over /opt/a b a"),
        ("/tmp/app/alembic.ini", "At /tmp the operator mounts an empty directory"),
        ("/dev/shm/alembic.ini", ""),
        ("/etc/hosts.d/alembic.ini", ""),
        ("/code/alembic.ini", ""),
    ],
)
def test_the_nearest_one_above_is_named(path: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of("/srv", "/srv/app", "/opt/a\\040b", "/tmp", "/dev/shm")
    monkeypatch.setattr(mounts, "open", lambda *_, **__: io.StringIO(table), raising=False)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.43.0.1")
    assert mounts.hint(path).startswith(said)
    assert bool(mounts.hint(path)) == bool(said)
