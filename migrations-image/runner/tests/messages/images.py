"""An image, or a configuration, in which something is missing."""

from __future__ import annotations

import venv
from collections.abc import Callable

from tests.messages.scene import Case, Play, Scene
from tests.mounted import POD, mounted
from tests.project import Project, Result


def _with(change: Callable[[Project], object]) -> Play:
    """A project that is well but for that."""

    def play(scene: Scene) -> Result:
        scene.project.line("001")
        change(scene.project)
        return scene.run()

    return play


def _env_py(text: str) -> Play:
    return _with(lambda project: project.env_py.write_text(text))


def _ini(text: str) -> Play:
    return _with(lambda project: project.ini.write_text(text))


def _before(text: str) -> Play:
    return lambda scene: _env_py(text + scene.project.env_py.read_text())(scene)


def _without_driver(scene: Scene) -> Result:
    scene.project.line("001")
    hidden = scene.project.directory / "asyncpg.py"
    hidden.write_text("raise ModuleNotFoundError(\"No module named 'asyncpg'\", name='asyncpg')\n")
    scene.project.asynchronous()
    return scene.run(anew=True)


def _bare(scene: Scene) -> Result:
    scene.project.line("001")
    directory = scene.project.directory.parent / "bare"
    venv.create(directory, with_pip=False, symlinks=True)
    scene.project.python = str(directory / "bin" / "python")
    return scene.run()


def _section(scene: Scene) -> Result:
    scene.project.line("001")
    return scene.run(section="billing")


def _mounted(hidden: str) -> Play:
    """A volume over the project, which has none of that."""

    def play(scene: Scene) -> Result:
        scene.project.line("001")
        path = scene.project.directory / hidden
        path.rename(scene.project.directory.parent / path.name)
        return mounted(scene.project, scene.project.directory).run("head", timeout=300, environment=POD)

    return play


def _mounted_over_packages(scene: Scene) -> Result:
    scene.project.line("001")
    directory = scene.project.directory.parent / "bare"
    venv.create(directory, with_pip=False, symlinks=True)
    scene.project.python = str(directory / "bin" / "python")
    mounted(scene.project, "/opt/venv")
    return scene.run(environment={**POD, "PATH": "/opt/venv/bin:/usr/bin"})


IMAGES = (
    Case(
        "python3 is not the interpreter of the project's environment, or the ENTRYPOINT that chooses it is passed over", _bare
    ),
    Case("a volume is mounted over the environment in which Alembic is", _mounted_over_packages),
    Case("the driver of the Secret's URL is not installed", _without_driver),
    Case("the ENTRYPOINT sets PYTHONPATH, and it is passed over", _before("import app.settings\n")),
    Case(
        "the ENTRYPOINT sets a variable from a file, and it is passed over",
        _before("import os\nos.environ['APP_SECRET_KEY']\n"),
    ),
    Case(
        "the same, and Pydantic reads the variable",
        _before(
            "from pydantic import BaseModel\nclass Settings(BaseModel):\n    app_secret_key: str\nSettings.model_validate({})\n"
        ),
    ),
    Case("a setting of the project itself is missing", _before("raise ValueError('settings are incomplete')\n")),
)

CONFIGURATIONS = (
    Case("alembic.ini is not where the runner looks", _with(lambda project: project.ini.unlink())),
    Case(
        "the variable ALEMBIC_CONFIG names a file that is not there",
        lambda scene: scene.run(environment={"ALEMBIC_CONFIG": "conf/db.ini"}),
    ),
    Case("a volume is mounted over the directory of alembic.ini", _mounted("alembic.ini")),
    Case("a volume is mounted over the project, and has other scripts or none", _mounted("migrations/versions")),
    Case("alembic.ini has no such section", _section),
    Case("alembic.ini has no script_location", _ini("[alembic]\n")),
    Case("script_location leads nowhere", _ini("[alembic]\nscript_location = db/migrations\n")),
    Case("the project has a package that is called as the runner's", _env_py("from dbmigration.models import metadata\n")),
    Case("there is no env.py", _with(lambda project: project.env_py.unlink())),
    Case("env.py never comes to context.run_migrations()", _env_py("from alembic import context\n")),
    Case(
        "env.py knows the offline way alone", _env_py("from alembic import context\ncontext.configure(url='postgresql://')\n")
    ),
)
