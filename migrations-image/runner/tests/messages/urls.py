"""A URL that is not written as it has to be."""

from __future__ import annotations

from tests.messages.scene import Case, Scene
from tests.project import Result
from tests.test_traps import SET

PYDANTIC = """
import os
from pydantic import PostgresDsn, TypeAdapter
TypeAdapter(PostgresDsn).validate_python(os.environ["DATABASE_URL"])
"""


def _with_password(driver: str, password: str) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.use(driver)
        scene.project.line("001")
        return scene.run(url=scene.url(password=password))

    signs = " and ".join(sign for sign in "@/#?%" if sign in password)
    return Case(f"the password in the Secret's URL holds an unescaped {signs} ({driver})", play)


def _with_scheme(cause: str, scheme: str) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.line("001")
        return scene.run(url=scene.url().replace(f"postgresql+{scene.project.driver}", scheme))

    return Case(cause, play)


def _cut(scene: Scene) -> Result:
    scene.project.line("001")
    scene.project.env_py.write_text(PYDANTIC + scene.project.env_py.read_text())
    return scene.run(url="postgresql:app:Kx7-pQz9w-Vb2@db.example.com/shop")


def _port(scene: Scene) -> Result:
    scene.project.line("001")
    scene.project.env_py.write_text(
        "import os\nfrom urllib.parse import urlsplit\nurlsplit(os.environ['DATABASE_URL']).port\n"
        + scene.project.env_py.read_text()
    )
    return scene.run(url=scene.url(password="se/Kx7pQz9#w"))


def _parts(scene: Scene) -> Result:
    scene.project.line("001")
    parts = 'os.environ["DRIVER"], os.environ["DB_PASSWORD"]'
    scene.edit('os.environ["DATABASE_URL"]', f'"postgresql+%s://shop:%s@127.0.0.1/shop" % ({parts})')
    return scene.run(environment={"DRIVER": scene.project.driver, "DB_PASSWORD": "Kx7@pQz9w"})


def _without_driver(scene: Scene) -> Result:
    scene.project.line("001")
    hidden = scene.project.directory / "psycopg.py"
    scene.project.use("psycopg")
    hidden.write_text("raise ModuleNotFoundError(\"No module named 'psycopg'\", name='psycopg')\n")
    return scene.run(anew=True, url=scene.url().replace(f"+{scene.project.driver}", ""))


def _set_main_option(scene: Scene) -> Result:
    scene.project.line("001")
    scene.project.env_py.write_text(SET.format(url='os.environ["DATABASE_URL"]'))
    return scene.run(url="postgresql+psycopg://app:Kx7%40pQz9w@db.example.com/shop")


def _percent_in_the_file(scene: Scene) -> Result:
    scene.project.line("001")
    scene.edit('os.environ["DATABASE_URL"]', 'config.get_main_option("db_url")')
    ini = scene.project.ini
    ini.write_text(ini.read_text().replace("[alembic]", "[alembic]\ndb_url = postgresql://app:p%40ss@db/shop"))
    return scene.run()


def _number(scene: Scene) -> Result:
    scene.project.use("psycopg")
    scene.project.line("001")
    return scene.run(url=f"{scene.url()}?prepare_threshold=0")


def _empty(scene: Scene) -> Result:
    scene.project.line("001")
    return scene.run(environment={"DATABASE_URL": ""})


def _without(variable: str | None) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.line("001")
        environment = {"DATABASE_URL": None, "APP_DB": scene.url()}
        return scene.run(environment=environment, database={"variable": variable})

    return Case("env.py reads another variable than the resource names", play)


PASSWORDS = (
    Case("the Secret's URL lacks its //, and env.py has Pydantic check it, which repeats a part of it", _cut),
    _with_password("psycopg", "Kx7@pQz9w"),
    _with_password("psycopg2", "Kx7@pQz9w"),
    _with_password("asyncpg", "Kx7@pQz9w"),
    _with_password("pg8000", "Kx7@pQz9w"),
    Case("the password in the Secret's URL holds an unescaped / and #, and env.py asks urllib for the port", _port),
    Case("env.py makes the URL of parts, and the password holds an @", _parts),
    Case("the URL has a percent-encoded password, and env.py hands it to set_main_option() as it is", _set_main_option),
    Case("a URL with a percent-encoded password stands in alembic.ini, its % not doubled", _percent_in_the_file),
)

URLS = (
    _with_scheme("the Secret's URL begins with postgres://, as some providers write it", "postgres"),
    Case("the Secret's URL names no driver, and the image has another one than SQLAlchemy then takes", _without_driver),
    _with_scheme("the Secret's URL is one of MySQL", "mysql"),
    Case("an option behind the ? of the URL is to be a number for psycopg", _number),
    Case("the Secret's key is empty", _empty),
    _without("APP_DB"),
)
