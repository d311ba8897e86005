"""White space, quotes and a port around the parts of a login, and references that nobody has replaced in them."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

from dbmigration.planning.url_shape import references, shape
from tests.project import Project, Result

OF_PARTS = (
    "URL.create(os.environ['DATABASE_URL'].partition(':')[0], os.environ['SHOP_USER'], os.environ['SHOP_PASSWORD'], "
    "os.environ['SHOP_HOST'], int(os.environ['SHOP_PORT']), os.environ['SHOP_DB'])"
)
DRIVERS = ["psycopg", "psycopg2", "asyncpg", "pg8000"]


def _with(project: Project, driver: str, **changed: str) -> Result:
    project.use(driver)
    project.line("001")
    url = urlsplit(project.database.url())
    own = {
        "SHOP_USER": project.database.name,
        "SHOP_PASSWORD": project.database.password,
        "SHOP_HOST": str(url.hostname),
        "SHOP_PORT": str(url.port),
        "SHOP_DB": project.database.name,
    }
    text = project.env_py.read_text().replace('os.environ["DATABASE_URL"]', OF_PARTS)
    assert OF_PARTS in text
    project.env_py.write_text(f"from sqlalchemy.engine import URL\n{text}")
    return project.run("head", environment={**own, **{name: form.format(own[name]) for name, form in changed.items()}})


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    ("variable", "part"),
    [
        ("SHOP_USER", "user that env.py logs in as"),
        ("SHOP_HOST", "host that env.py asks for"),
        ("SHOP_DB", "name of the database that env.py asks for"),
    ],
)
@pytest.mark.parametrize(("form", "what"), [("{}\n", "white space"), ('"{}"', "quotes")])
def test_what_stands_around_a_part_is_said(
    project: Project, driver: str, variable: str, part: str, form: str, what: str
) -> None:
    result = _with(project, driver, **{variable: form})
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert f"{what} around the {part}" in result.message
    assert "did not read DATABASE_URL" not in result.message
    assert "Check host and port" not in result.message


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_port_behind_the_host_is_said(project: Project, driver: str) -> None:
    result = _with(project, driver, SHOP_HOST="{}:5432")
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert "the host that env.py asks for has a port behind it" in result.message


def test_quotes_around_the_password_are_said(project: Project) -> None:
    result = _with(project, "psycopg", SHOP_PASSWORD="'{}'")
    assert result.reason == "AuthenticationFailed"
    assert "there are quotes around it" in result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_reference_in_a_part_of_env_pys_own_is_no_outage(project: Project, driver: str) -> None:
    result = _with(project, driver, SHOP_HOST="$(DB_HOST)")
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert "env.py connects with a reference that nobody has replaced" in result.message


REFERRING = {
    "$(DB_USER):$(DB_PASS)@$(DB_HOST):5432/$(DB_NAME)": "user, host and database",
    "${DB_USER}:x@@/shop": "user",
    "app:${DB_PASS}@${DB_HOST}:5432/shop": "host",
    "app:x@{{ .Values.host }}:5432/shop": "host",
    "app:x@db.{{ zone }}/shop": "host",
    "app:x@db:$(DB_PORT)/shop": "port",
}


@pytest.mark.parametrize("text", REFERRING)
@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_reference_in_the_url_is_no_outage(project: Project, driver: str, text: str) -> None:
    project.use(driver)
    project.line("001")
    server = urlsplit(project.database.url())
    text, names = text.replace("@@", f"@{server.hostname}:{server.port}"), REFERRING[text]
    result = project.run("head", url=f"postgresql+{driver}://{text}")
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert f"has references that nobody has replaced ({names})" in result.message
    assert "nothing in a Secret" in result.message
    assert "Check host and port" not in result.message


@pytest.mark.parametrize("password", ["$(X)y", "a${b}c", "{{x", "p$(a)@b", "$HOME"])
def test_a_password_may_have_such_signs(project: Project, password: str) -> None:
    url = f"postgresql://app:{password}@db/shop?options=-csearch_path%3D$user"
    assert references(url) is None
    assert shape(url) is None
    project.line("001")
    project.database.execute(f"ALTER ROLE {project.database.name} PASSWORD '{password}'", superuser=True)
    assert project.run("head", url=project.database.url(password=password.replace("@", "%40"))).reason == "AtTargetRevision"


@pytest.mark.parametrize("password", ["$(DB_PASS)", "${DB_PASS}"])
def test_a_password_that_is_one_is_named_where_it_is_refused(project: Project, password: str) -> None:
    project.line("001")
    result = project.run("head", url=project.database.url(password=password))
    assert result.reason == "AuthenticationFailed"
    assert "is a reference that nobody has replaced: write the value itself" in result.message
    assert password not in json.dumps(result.outcome)


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
@pytest.mark.parametrize("sign", ["/", ";"])
def test_what_is_left_behind_the_name_of_the_database_is_named(project: Project, driver: str, sign: str) -> None:
    project.use(driver)
    project.line("001")
    result = project.run("head", url=project.database.url(driver) + sign)
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert f"there is a {sign} behind the name of the database" in result.message
    assert "create it" not in result.message


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
@pytest.mark.parametrize("part", ["host", "database"])
def test_a_part_that_env_py_has_of_a_variable_that_is_not_set(project: Project, driver: str, part: str) -> None:
    project.use(driver)
    project.line("001")
    parts = urlsplit(project.database.url(driver))
    found = {"host": f"{parts.hostname}:{parts.port}", "database": project.database.name}
    found[part] = "{os.environ.get('NOT_SET')}"
    url = f'f"postgresql+{driver}://{parts.username}:{parts.password}@{found["host"]}/{found["database"]}"'
    project.env_py.write_text(project.env_py.read_text().replace('os.environ["DATABASE_URL"]', url))
    result = project.run("head")
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert "a variable that is not set" in result.message
