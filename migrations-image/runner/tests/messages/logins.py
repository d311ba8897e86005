"""A URL that is right, or nearly, and an env.py or a driver that makes something else of it."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlsplit

from tests.messages.scene import Case, Play, Scene
from tests.project import Result

URL = 'os.environ["DATABASE_URL"]'
PARTS = "f\"postgresql+psycopg2://{os.environ['U']}:{os.environ['W']}@{os.environ['H']}:{os.environ['P']}/shop\""
PLAIN = "postgresql+psycopg://shop:Kx7pQz9w@db.example:5432/shop"


def _reads(url: str) -> Play:
    """An env.py that connects with that."""

    def play(scene: Scene) -> Result:
        scene.project.use("psycopg2")
        scene.project.line("001")
        scene.edit(URL, url)
        return scene.run()

    return play


def _in_parts(url: str, driver: str | None = None, **changed: str) -> Play:
    """The resource has a connection in parts, and env.py connects with that."""

    def play(scene: Scene) -> Result:
        scene.project.use("psycopg2")
        scene.project.line("001")
        scene.edit(URL, url)
        split = urlsplit(scene.database.url())
        parts = {"H": str(split.hostname), "P": str(split.port), "N": scene.database.name, "U": scene.database.name}
        environment: dict[str, str | None] = {"DATABASE_URL": None, **parts, "W": "Kx7pQz9w", **changed}
        variables = {"host": "H", "port": "P", "name": "N", "user": "U", "password": "W"}
        connection = {f"{part}Variable": variable for part, variable in variables.items()}
        return scene.run(
            database={"variable": "DATABASE_URL", "connection": {**connection, "driver": driver}}, environment=environment
        )

    return play


def _with_value(cause: str, text: str) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.use("psycopg2")
        scene.project.line("001")
        return scene.run(url=text)

    return Case(cause, play)


def _with_driver(env_py: str, driver: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.use(env_py)
        scene.project.line("001")
        return scene.run(url=scene.database.url(driver))

    return play


def _unescaped_percent(scene: Scene) -> Result:
    scene.project.line("001")
    return scene.run(url=scene.url(password="Kx7%20pQz9%zw"))


def _search_path(scene: Scene) -> Result:
    scene.project.use("psycopg2")
    scene.project.line("001")
    return scene.run(url=f"{scene.url()}?options=-csearch_path=nosuch")


LOGINS = (
    Case("env.py hands on str() of the URL", _reads(f"str(__import__('sqlalchemy').engine.make_url({URL}))")),
    Case("env.py makes the URL of parts, and the password holds a %", _in_parts(PARTS, W="Kx7%41pQz9w")),
    Case(
        "env.py makes the URL of parts by quote_plus(), and the password holds a blank",
        _in_parts(
            PARTS.replace("{os.environ['W']}", "{__import__('urllib.parse').parse.quote_plus(os.environ['W'])}"), W="Kx7 pQz9w"
        ),
    ),
    Case("env.py logs in as another user than the Secret's", _reads(f'{URL}.replace("//", "//reports_")')),
    Case(
        "env.py makes the URL of a variable of the user that is not set",
        _reads(f'{URL}.split("://")[0] + "://None:x@" + {URL}.split("@")[1]'),
    ),
    Case("env.py logs in with a token, which the server refuses", _reads(f'{URL}.replace(":pW9", ":iam-of-")')),
    Case("the password in the Secret's URL holds a % that is not encoded", _unescaped_percent),
    Case("the password of the parts is wrong", _in_parts(URL)),
)

KINDS = (
    Case("the Secret's URL names asyncpg, and env.py is synchronous", _with_driver("psycopg2", "asyncpg")),
    Case("the connection's driver is asyncpg, and env.py is synchronous", _in_parts(URL, driver="asyncpg")),
    Case("the Secret's URL names psycopg2, and env.py is asynchronous", _with_driver("asyncpg", "psycopg2")),
)

VALUES = (
    _with_value("the Secret's URL stands in quotes", f'"{PLAIN}"'),
    _with_value("the Secret has a line of a file of variables", f"DATABASE_URL={PLAIN}"),
    _with_value("the Secret has a URL of JDBC", "jdbc:postgresql://db.example:5432/shop?user=shop&password=Kx7pQz9w"),
    _with_value("the Secret has what libpq reads", "host=db.example user=shop password=Kx7pQz9w dbname=shop"),
    _with_value("the Secret has a comment on a second line", f"{PLAIN}\n# rotated 2026-11"),
    _with_value("the Secret was encoded twice", b64encode(PLAIN.encode()).decode()),
    _with_value(
        "the scheme of the Secret's URL is written in capitals", PLAIN.replace("postgresql+psycopg", "POSTGRESQL+PSYCOPG")
    ),
    Case("env.py reads a variable that nobody has set", _reads('os.environ.get("DB_URL", "")')),
    Case("env.py makes the URL of parts, and the password holds an @ and a colon", _in_parts(PARTS, W="Kx7@:/pQz9w")),
    Case("env.py makes the URL of parts, and the name of the database ends with a newline", _reads(f'{URL} + "\\n"')),
    Case(
        "env.py makes the URL of parts, and the user ends with a newline",
        _reads(f'{URL}.replace(":", "%0A:", 2).replace("%0A:", ":", 1)'),
    ),
    _with_value(
        "the Secret's URL has references that nobody replaces",
        "postgresql+psycopg2://$(DB_USER):$(DB_PASS)@$(DB_HOST):5432/$(DB_NAME)",
    ),
    Case(
        'Pydantic 2 makes the URL, with path="/shop"',
        _reads(f'"@".join([{URL}.split("@")[0], {URL}.split("@")[1].replace("/", "//")])'),
    ),
    Case("env.py makes the name of a test's database", _reads(f'{URL} + "_test"')),
    Case("the host of the parts has a space in it", _in_parts(URL, H="postgres platform")),
    Case("the options of the Secret's URL set a search path on which no schema is there", _search_path),
)
