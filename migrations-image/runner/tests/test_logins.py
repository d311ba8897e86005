"""A login that was refused: whether the Secret is to blame, or what env.py makes of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.project import Project, Result

DRIVERS = ["psycopg", "psycopg2", "asyncpg", "pg8000"]
URL = 'os.environ["DATABASE_URL"]'
SECRET = "Kx7q%41pQz9w"
PARTS = {"host": "PG_HOST", "port": "PG_PORT", "name": "PG_NAME", "user": "PG_USER", "password": "PG_PASSWORD"}


def _with(project: Project, driver: str, url: str, password: str = SECRET) -> Project:
    project.use(driver)
    project.line("001")
    text = project.env_py.read_text()
    assert URL in text
    project.env_py.write_text(f"from sqlalchemy.engine import make_url\nimport urllib.parse\n{text.replace(URL, url)}")
    project.database.execute(f"ALTER ROLE {project.database.name} PASSWORD '{password}'", superuser=True)
    return project


def _told(result: Result, reason: str = "AuthenticationFailed") -> str:
    assert (result.code, result.reason) == (1, reason), result.message
    written = json.dumps(result.outcome) + result.stdout + result.stderr
    assert not [piece for piece in (SECRET, "Kx7qApQ", "%41pQ", quote(SECRET), "Hun ter", "zz9") if piece in written], written
    return result.message


def _in_parts(project: Project, password: str = SECRET, **asked: Any) -> Result:
    split = urlsplit(project.database.url())
    name = project.database.name
    values = {"host": split.hostname, "port": str(split.port), "name": name, "user": name, "password": password}
    connection = {f"{part}Variable": variable for part, variable in PARTS.items()}
    environment = {"DATABASE_URL": None, **{PARTS[part]: value for part, value in values.items()}}
    database = {"variable": "DATABASE_URL", "connection": connection}
    return project.run("head", database=database, environment=environment, **asked)


@pytest.mark.parametrize("driver", DRIVERS)
def test_str_of_a_url_hides_its_password(project: Project, driver: str) -> None:
    # As str() does since SQLAlchemy 2.0.
    _with(project, driver, f"make_url({URL}).render_as_string()")
    told = _told(project.run("head", url=project.database.url(driver, password=quote(SECRET))))
    assert "env.py logs in with another password than the one of DATABASE_URL" in told
    assert "str(url) hides it: let it hand on the URL itself, or url.render_as_string(False)" in told
    assert "Correct user and password in the Secret" not in told


OF_PARTS = "f\"postgresql+{}://{{os.environ['PG_USER']}}:{}@{{os.environ['PG_HOST']}}:{{os.environ['PG_PORT']}}/shop\""


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_percent_sign_of_the_password_that_env_py_does_not_quote(project: Project, driver: str) -> None:
    _with(project, driver, OF_PARTS.format(driver, "{os.environ['PG_PASSWORD']}"))
    told = _told(_in_parts(project))
    assert "another password than the one of spec.database.connection" in told
    assert "a % of it is not quoted: URL.create(), or quote(part, safe='') of urllib.parse" in told
    assert "Secret" not in told


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(("password", "is_a_plus"), [("Kx7 pQz9%w", True), ("Kx7 pQ+9w", True), ("Kx7%pQz9w", False)])
def test_quote_plus_is_no_remedy_for_a_blank(project: Project, driver: str, password: str, is_a_plus: bool) -> None:
    of_plus = OF_PARTS.format(driver, "{urllib.parse.quote_plus(os.environ['PG_PASSWORD'])}")
    _with(project, driver, of_plus.replace("/shop", f"/{project.database.name}"), password)
    result = _in_parts(project, password)
    assert (result.reason == "AuthenticationFailed") is is_a_plus
    said = "quote_plus() makes a + of each blank, which stays one: URL.create(), or quote(part, safe='')"
    assert (said in result.message) is is_a_plus
    # As it is advised.
    text = project.env_py.read_text()
    project.env_py.write_text(
        text.replace("quote_plus(os.environ['PG_PASSWORD'])", "quote(os.environ['PG_PASSWORD'], safe='')")
    )
    assert _in_parts(project, password).reason == "AtTargetRevision"


def test_a_driver_that_env_py_connects_by_itself_may_lack_what_the_url_quotes(project: Project) -> None:
    _with(project, "psycopg2", URL)
    made = "import urllib.parse, psycopg2\nu = urllib.parse.urlparse(os.environ['DATABASE_URL'])\n"
    connect = "psycopg2.connect(host=u.hostname, port=u.port, user=u.username, password=u.password, dbname=u.path[1:])"
    text = project.env_py.read_text().replace(URL, f'"postgresql+psycopg2://", creator=lambda: {connect}')
    project.env_py.write_text(f"import os\n{made}{text}")
    told = _told(project.run("head", url=project.database.url("psycopg2", password=quote(SECRET))))
    assert "unquote() of urllib.parse makes one character of each % with its digits" in told


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("{urllib.parse.quote(urllib.parse.quote(os.environ['PG_PASSWORD']))}", "it is quoted twice"),
        ("{urllib.parse.quote(os.environ['PG_PASSWORD'])}%0A", "there is white space around it"),
        ("another", "if it makes a token or has a password of its own, that one was refused"),
    ],
)
def test_another_password_than_the_resources_is_told_by_what_became_of_it(project: Project, made: str, said: str) -> None:
    _with(project, project.driver, OF_PARTS.format(project.driver, made))
    told = _told(_in_parts(project))
    assert "env.py logs in with another password" in told
    assert said in told


def test_no_password_where_the_url_has_one(project: Project) -> None:
    _with(project, "psycopg2", f"make_url({URL}).set(password='')")
    told = _told(project.run("head", url=project.database.url("psycopg2", password=quote(SECRET))))
    assert "env.py logs in without the password of DATABASE_URL" in told


def test_a_token_that_a_listener_fetches_is_another_password(project: Project) -> None:
    _with(project, "psycopg2", URL)
    token = (
        "from sqlalchemy import event\nfrom sqlalchemy.engine import Engine\n@event.listens_for(Engine, 'do_connect')\n"
        "def give(dialect, record, args, parameters): parameters['password'] = 'token-of-mine'\n"
    )
    project.env_py.write_text(token + project.env_py.read_text())
    told = _told(project.run("head", url=project.database.url("psycopg2", password=quote(SECRET))))
    assert "if it makes a token or has a password of its own, that one was refused" in told
    assert "token-of-mine" not in told


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_resources_own_password_is_the_secrets_matter(project: Project, driver: str) -> None:
    _with(project, driver, URL)
    told = _told(project.run("head", url=project.database.url(driver, password="other-one")))
    assert "Correct user and password in the Secret" in told
    assert "%25" not in told
    assert "env.py" not in told


def test_the_password_of_a_part_is_said_to_be_one(project: Project) -> None:
    _with(project, project.driver, 'context.config.get_main_option("sqlalchemy.url")', "another-one")
    told = _told(_in_parts(project))
    assert "Correct user and password of spec.database.connection" in told


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    ("password", "said"),
    [
        (
            "Hun%20ter%zz9",
            "has a % without two hexadecimal digits behind it: write %25 for each % of its own",
        ),
        ("Hun%20ter", "stand for one character there: write %25 for a % of the password itself"),
    ],
)
def test_a_percent_sign_that_the_secret_does_not_escape(project: Project, driver: str, password: str, said: str) -> None:
    _with(project, driver, URL, password)
    told = _told(project.run("head", url=project.database.url(driver, password=password)))
    assert said in told
    assert "Correct user and password in the Secret" in told


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("password", ["Top@Hunter123", "Top@Hunter123/x", "T/x@Sec/ret"])
def test_where_only_an_edit_of_the_url_helps_nothing_is_tried_again(project: Project, driver: str, password: str) -> None:
    _with(project, driver, URL)
    result = project.run("head", url=project.database.url(driver, password=password))
    told = _told(result, "ConfigurationError")
    assert "in the Secret's URL write @ as %40" in told
    assert "network" not in told
    assert "Sec" not in told.replace("Secret", "")
    assert "Hunter123" not in result.stdout + result.stderr + told


def test_an_at_sign_in_parts_is_no_matter_of_a_secrets_url(project: Project) -> None:
    _with(project, project.driver, OF_PARTS.format(project.driver, "{os.environ['PG_PASSWORD']}"), "Kx7@pQz9w")
    told = _told(_in_parts(project, "Kx7@pQz9w"), "ConfigurationError")
    assert "URL.create(), or quote(part, safe='') of urllib.parse" in told
    assert "Secret" not in told
    assert "%40" not in told


@pytest.mark.parametrize("password", ["Top@Kx7pQz9w/b", "To?p@Kx7pQz9w/b", "Top@Kx7pQz9w:99/b", "Top@Kx7pQz9w"])
def test_a_host_that_is_a_piece_of_a_secret_variable_is_named_with_it(project: Project, password: str) -> None:
    made = f'"postgresql+{project.driver}://shop:%s@127.0.0.1/shop" % os.environ["DB_PASSWORD"]'
    result = _with(project, project.driver, made).run("head", environment={"DB_PASSWORD": password})
    told = _told(result, "ConfigurationError")
    assert "quote(part, safe='') of urllib.parse" in told
    assert "Kx7" not in result.stdout + result.stderr + told


def test_a_password_that_ends_in_an_at_sign_is_the_secrets_matter(project: Project) -> None:
    project.line("001")
    result = project.run("head", url=project.database.url(project.driver, password="Kx7pQz9w@"))
    told = _told(result, "ConfigurationError")
    assert "in the Secret's URL write @ as %40" in told
    assert "env.py" not in told


def test_an_at_sign_that_env_py_does_not_quote_is_no_matter_of_the_secrets_url(project: Project) -> None:
    _with(project, project.driver, f"urllib.parse.unquote({URL})")
    told = _told(
        project.run("head", url=project.database.url(project.driver, password="Top%40Hunter123")), "ConfigurationError"
    )
    assert "URL.create(), or quote(part, safe='') of urllib.parse" in told
    assert "in the Secret's URL" not in told
