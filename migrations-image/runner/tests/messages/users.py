"""An image whose files belong to root, run by a user whom the operator has chosen."""

from __future__ import annotations

from tests.messages.scene import Case, Play, Scene
from tests.project import Result
from tests.rights import as_user
from tests.test_traps import LOG_FILE, READ_ONLY

OPERATORS = 65532


def _may_not_read(name: str, before: str = "") -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line("001")
        path = scene.project.directory / name
        if not path.exists():
            path.write_text("")
        scene.project.env_py.write_text(before.format(path=path) + scene.project.env_py.read_text())
        path.chmod(0)
        try:
            return _run(scene)
        finally:
            path.chmod(0o755)

    return play


def _packed(scene: Scene) -> Result:
    package = scene.project.directory / "settings"
    package.mkdir()
    package.joinpath("base.py").write_text("")
    return _may_not_read("settings", "import settings.base\n")(scene)


def _may_not_write(scene: Scene) -> Result:
    logs = scene.project.directory / "logs"
    logs.mkdir(mode=0o555)
    return _begins_with(LOG_FILE.format(path=f"{logs}/alembic.log"))(scene)


def _read_only_as_well(scene: Scene) -> Result:
    path = f"{scene.project.directory}/migrations.log"
    return _begins_with(READ_ONLY.format(path=path, number="EROFS") + LOG_FILE.format(path=path))(scene)


def _begins_with(code: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line("001")
        scene.project.env_py.write_text(code + scene.project.env_py.read_text())
        return _run(scene)

    return play


def _without_a_user(scene: Scene) -> Result:
    scene.project.use("asyncpg")
    scene.project.line("001")
    login, _, place = scene.url().partition("@")
    return _run(scene, login.partition("//")[0] + "//" + place)


def _run(scene: Scene, url: str | None = None) -> Result:
    as_user(scene.project, OPERATORS)
    return scene.run(url=url)


USERS = (
    Case("alembic.ini may be read by root alone, who is the user of the image", _may_not_read("alembic.ini")),
    Case("the directory of the scripts may be entered by root alone", _may_not_read("migrations/versions")),
    Case("a script may be read by root alone", _may_not_read("migrations/versions/001.py")),
    Case("env.py may be read by root alone", _may_not_read("migrations/env.py")),
    Case("env.py reads a file that root alone may read", _may_not_read(".env", "open('{path}')\n")),
    Case("env.py imports a package that root alone may read", _packed),
    Case("env.py writes its log to a directory in which root alone may write", _may_not_write),
    Case("the same, and the root file system is read-only", _read_only_as_well),
    Case("env.py asks for the name of the user, who has none", _begins_with("import os, pwd\npwd.getpwuid(os.getuid())\n")),
    Case("the Secret's URL names no user, and that of the container has no name either", _without_a_user),
)
