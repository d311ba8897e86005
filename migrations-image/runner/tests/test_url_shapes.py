"""What stands where a URL belongs, and a URL that env.py makes by itself: who is to blame, and what to write."""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import urlsplit

import pytest

from dbmigration.planning.url_shape import shape
from tests.project import Project, Result

URL = 'os.environ["DATABASE_URL"]'
SECRET = "Kx7pQz9w"
PLAIN = f"postgresql+psycopg://shop:{SECRET}@db.example:5432/shop"


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


SHAPES = {
    f'"{PLAIN}"': "stands in quotes",
    f"'{PLAIN}'": "stands in quotes",
    f"“{PLAIN}”": "stands in quotes",
    f"DATABASE_URL={PLAIN}": "begins with NAME=",
    f"export DATABASE_URL='{PLAIN}'": "begins with NAME=",
    f"DATABASE_URL: {PLAIN}": "begins with NAME:",
    f"jdbc:postgresql://db.example:5432/shop?user=shop&password={SECRET}": "is a URL of JDBC",
    f"JDBC:postgresql://db.example:5432/shop?user=shop&password={SECRET}": "is a URL of JDBC",
    f"host=db.example user=shop password={SECRET} dbname=shop": "is of libpq's form host=… user=…",
    f"user = shop password = '{SECRET}' host = db.example": "is of libpq's form host=… user=…",
    _base64(PLAIN): "is Base64",
    _base64(_base64(PLAIN) + "\n"): "is Base64",
    f'{{"url": "{PLAIN}"}}': "is JSON",
    "$(SHOP)": "is a reference that nobody has replaced",
    "${SHOP}": "is a reference that nobody has replaced",
    "{{ .Values.url }}": "is a reference that nobody has replaced",
    f"\ufeff{PLAIN}": "begins with a character that cannot be seen (U+FEFF)",
    f"\xa0{PLAIN}": "begins with a character that cannot be seen (U+00A0)",
    f"postgresql:shop:{SECRET}@db.example/shop": "lacks the // behind its scheme",
    f"postgresql:/shop:{SECRET}@db.example/shop": "lacks the // behind its scheme",
    f"shop:{SECRET}@db.example:5432/shop": "has no scheme",
    f"//shop:{SECRET}@db.example:5432/shop": "has no scheme",
    SECRET: "has no scheme",
    PLAIN.replace("psycopg", "Psycopg"): "has a scheme in capitals",
    PLAIN.replace("postgresql", "POSTGRESQL"): "has a scheme in capitals",
    PLAIN.replace("@", "@\t  "): "has white space in its middle",
    f"{PLAIN}\n# rotated 2026-11": "has several lines",
    f"{PLAIN}\r\n{PLAIN}": "has several lines",
    PLAIN.replace("@", "@\n  "): "has several lines",
}


@pytest.mark.parametrize("text", SHAPES)
def test_what_a_value_looks_like_is_said_without_a_word_of_it(text: str) -> None:
    found = shape(text)
    assert found is not None
    assert found.what == SHAPES[text]
    assert SECRET not in found.what + found.remedy


@pytest.mark.parametrize(
    "text",
    [
        "",
        PLAIN,
        "postgres://shop@db/shop",
        "postgresql:///shop?host=/run/pg",
        "postgresql://shop:a=b@db/shop",
        "mysql://shop@db/shop",
        "postgresql://shop:a@b@db/shop",
    ],
)
def test_a_url_has_the_shape_of_one(text: str) -> None:
    assert shape(text) is None


def _told(result: Result) -> str:
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert SECRET not in json.dumps(result.outcome) + result.stdout + result.stderr
    return result.message


@pytest.mark.parametrize("text", [text for text, what in SHAPES.items() if what != "has white space in its middle"])
def test_the_value_is_blamed_and_not_env_py(project: Project, text: str) -> None:
    project.use("psycopg2")
    project.line("001")
    told = _told(project.run("head", url=text))
    assert f"The value of DATABASE_URL {SHAPES[text]}" in told, told
    assert "dbmigrations.io/retry" in told
    assert "Correct env.py or its settings" not in told
    assert "another URL than the resource's" not in told


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_several_lines_are_refused_before_anybody_is_asked(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001")
    told = _told(project.run("head", url=f"{project.database.url(driver)}\n# of {SECRET}, 2026-11\n"))
    assert "The value of DATABASE_URL has several lines: write the URL alone, on one line" in told
    assert "2026-11" not in told
    assert "answered" not in told


def test_a_value_that_env_py_unpacks_by_itself_is_its_own_affair(project: Project) -> None:
    project.use("psycopg2")
    project.line("001")
    project.env_py.write_text(project.env_py.read_text().replace(URL, f"{URL}.strip('\"')"))
    result = project.run("head", url=f'"{project.database.url("psycopg2")}"')
    # Its place cannot be compared, and why not is told.
    assert result.reason == "DatabaseMismatch"
    assert "the value of DATABASE_URL stands in quotes" in result.message


OF_PARTS = "f\"postgresql+psycopg2://{os.environ['U']}:{os.environ['W']}@{os.environ['H']}:{os.environ['P']}/shop\""


def _with_parts(project: Project, password: str, port: str | None = None) -> Result:
    project.use("psycopg2")
    project.line("001")
    project.env_py.write_text(project.env_py.read_text().replace(URL, OF_PARTS))
    split = urlsplit(project.database.url())
    connection = {"hostVariable": "H", "portVariable": "Q", "nameVariable": "N", "userVariable": "U", "passwordVariable": "W"}
    number = str(split.port)
    values = (split.hostname, port or number, number, project.database.name, split.username, password)
    environment = {**dict(zip("HPQNUW", values)), "DATABASE_URL": None}
    return project.run("head", database={"variable": "DATABASE_URL", "connection": connection}, environment=environment)


@pytest.mark.parametrize("password", ["@%:/?#[]'\"\\ ü$(X)", "p@s:w/d", "p@s:Kx7/pQz9w"])
def test_a_piece_of_the_password_that_counts_as_the_port_is_env_pys_doing(project: Project, password: str) -> None:
    told = _told(_with_parts(project, password))
    assert "the port of a URL that env.py makes, and not of the resource's" in told
    assert "URL.create(), or quote(part, safe='') of urllib.parse" in told
    assert "Write the port as one number" not in told
    assert "Kx7/" not in told


def test_a_port_that_kubernetes_has_put_there_is_told(project: Project) -> None:
    told = _told(_with_parts(project, SECRET, "tcp://10.0.0.1:5432"))
    assert "for a Service it is tcp://…" in told


def test_the_port_of_the_secrets_own_url_is_the_secrets(project: Project) -> None:
    project.use("psycopg2")
    project.line("001")
    told = _told(project.run("head", url=PLAIN.replace("5432", "54x2")))
    assert "Write the port as one number from 1 to 65535" in told


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ('os.environ.get("DB_URL", "")', "Most likely env.py did not read DATABASE_URL"),
        (f'{URL}.replace("://", ":")', "env.py names DATABASE_URL: see what it makes of it"),
    ],
)
def test_a_url_that_cannot_be_read_is_not_the_resources_if_that_can(project: Project, url: str, said: str) -> None:
    project.sync()
    project.line("001")
    project.env_py.write_text(project.env_py.read_text().replace(URL, url))
    told = _told(project.run("head"))
    assert "That is no URL of the resource's, which can be read" in told
    assert said in told
    assert "if the database's URL is what is wrong" not in told
