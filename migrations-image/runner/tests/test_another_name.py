"""env.py asks for a database, or logs in as a user, that the resource does not name: both are told, and nobody creates one."""

from __future__ import annotations

import pytest

from tests.project import Project, Result

DRIVERS = ["psycopg", "psycopg2", "asyncpg", "pg8000"]
URL = 'os.environ["DATABASE_URL"]'


def _run(project: Project, driver: str, made: str, **asked: object) -> Result:
    project.use(driver)
    project.line("001")
    text = project.env_py.read_text()
    assert URL in text
    project.env_py.write_text("from sqlalchemy.engine import make_url\n" + text.replace(URL, made))
    return project.run("head", **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_database_of_another_name_is_not_to_be_created(project: Project, driver: str) -> None:
    name = project.database.name
    result = _run(project, driver, f'{URL} + "_test"')
    assert (result.code, result.reason, result.outcome["sqlstate"]) == (1, "DatabaseMismatch", "3D000")
    assert '_test" does not exist' in result.message or '***" does not exist' in result.message
    assert f"/{name} (variable DATABASE_URL)" in result.message
    assert "env.py names DATABASE_URL: see what it makes of it" in result.message
    assert "create it" not in result.message
    assert "slash" not in result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_slash_of_a_path_is_told_as_one(project: Project, driver: str) -> None:
    name = project.database.name
    # As of PostgresDsn.build(path="/name") of Pydantic 2.
    result = _run(project, driver, f'"/{name}".join({URL}.rsplit("{name}", 1))')
    assert result.reason == "DatabaseMismatch"
    assert f'database "/{name}" does not exist' in result.message
    assert f"The slash in front is one too many: let Pydantic's PostgresDsn.build() have path='{name}'" in result.message
    assert "create it" not in result.message


@pytest.mark.parametrize(("slash", "reason"), [("/", "DatabaseMismatch"), ("other_", "DatabaseMissing")])
def test_the_same_of_a_connection_that_env_py_opens_by_itself(project: Project, slash: str, reason: str) -> None:
    made = "u = make_url(os.environ['DATABASE_URL'])\nimport psycopg\n"
    connect = f"psycopg.connect(host=u.host, port=u.port, user=u.username, password=u.password, dbname={slash!r} + u.database)"
    creator = f'"postgresql+psycopg://", creator=lambda: {connect}'
    project.use("psycopg")
    project.line("001")
    text = project.env_py.read_text().replace(URL, creator)
    project.env_py.write_text(f"import os\nfrom sqlalchemy.engine import make_url\n{made}{text}")
    result = project.run("head")
    assert result.reason == reason
    assert "env.py asks for that name, and the resource's database is " in result.message
    assert f"/{project.database.name} (variable DATABASE_URL)" in result.message
    assert "create it" not in result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_another_user_than_the_resources_is_told_beside_what_the_server_says(project: Project, driver: str) -> None:
    result = _run(project, driver, f'make_url({URL}).set(username="nosuch_user")')
    assert result.reason in ("AuthenticationFailed", "RoleMissing")
    assert f'env.py logs in as "nosuch_user", and the user of DATABASE_URL is "{project.database.name}"' in result.message
    assert "Correct user and password in the Secret" not in result.message
    assert "create it" not in result.message


def test_a_user_of_a_variable_that_is_not_set(project: Project) -> None:
    result = _run(project, "psycopg2", f"make_url({URL}).set(username=str(os.environ.get('NOBODY_SETS_IT')))")
    assert 'env.py logs in as "None", which Python makes of a variable that is not set' in result.message


def test_the_resources_own_user_is_no_other_one(project: Project) -> None:
    url = project.database.url("psycopg2", password="of-somebody-else")
    result = _run(project, "psycopg2", URL, url=url)
    assert result.reason == "AuthenticationFailed"
    assert "env.py logs in as" not in result.message
