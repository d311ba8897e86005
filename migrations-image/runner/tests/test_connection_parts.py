"""A connection in parts becomes the URL that env.py, its libraries and libpq take apart into the same parts again."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import urlsplit

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import make_url

from dbmigration.planning.connection_parts import Parts
from dbmigration.planning.named_database import Connection
from dbmigration.refusal import Refusal
from tests import passwords
from tests.project import Project, Result

PLAIN = Connection("HOST", "NAME", "USER", "PORT", "PASSWORD")
ENVIRONMENT = {"HOST": "db-1.prod", "NAME": "ledger", "USER": "app", "PORT": "6432", "PASSWORD": "s3cret"}
VARIABLES = {
    "host": "DBMIGRATION_HOST",
    "name": "DBMIGRATION_DATABASE",
    "user": "DBMIGRATION_USER",
    "port": "DBMIGRATION_PORT",
    "password": "DBMIGRATION_PASSWORD",
}
PASSWORD = "p@ss%word/100%(x)s#?'"


def made(connection: Connection = PLAIN, **changed: str) -> Parts:
    return Parts.of(connection, {**ENVIRONMENT, **changed})


@pytest.mark.parametrize("part", ["HOST", "NAME", "USER", "PORT"])
def test_a_part_of_several_lines_is_refused_without_a_word_of_it(part: str) -> None:
    with pytest.raises(Refusal, match="has several lines") as refused:
        Parts.of(PLAIN, {**ENVIRONMENT, part: f"{ENVIRONMENT[part]}\n# rotated"})
    assert "rotated" not in refused.value.message
    assert ENVIRONMENT[part] not in refused.value.message


@pytest.mark.parametrize("seed", range(500))
def test_whatever_characters_a_user_and_a_password_have_they_are_read_from_the_url_as_they_are(seed: int) -> None:
    chance = random.Random(seed)
    user, password = passwords.password(chance)[:63].strip(), passwords.password(chance)
    parts = made(USER=user, PASSWORD=password)
    url = make_url(parts.url("psycopg"))
    assert (url.username, url.password, url.host, url.port, url.database) == (user, password, "db-1.prod", 6432, "ledger")
    libpq = conninfo_to_dict(parts.url(None))
    assert (libpq["user"], libpq["password"], libpq["host"], libpq["port"], libpq["dbname"]) == (
        *(user, password, "db-1.prod"),
        *("6432", "ledger"),
    )


@pytest.mark.parametrize("name", ["ledger", "a b", "größe", "a%20b", "x/y", "a@b", "$x", "q+r"])
def test_a_database_of_any_name_is_found_in_it(name: str) -> None:
    assert make_url(made(NAME=name).url("psycopg")).database == name


@pytest.mark.parametrize(
    ("host", "read"),
    [
        ("shop-rw", "shop-rw"),
        ("db_1.example.", "db_1.example."),
        ("10.0.0.7", "10.0.0.7"),
        ("fd00::1", "fd00::1"),
        ("[fd00::1]", "fd00::1"),
    ],
)
def test_a_name_and_an_address_are_hosts(host: str, read: str) -> None:
    url = make_url(made(HOST=host).url("asyncpg"))
    assert (url.drivername, url.host, url.port) == ("postgresql+asyncpg", read, 6432)


def test_a_socket_is_an_option() -> None:
    url = make_url(made(HOST="/cloudsql/p:r:i").url("psycopg"))
    assert (url.host, dict(url.query)) == (None, {"host": "/cloudsql/p:r:i", "port": "6432"})


def test_what_there_need_not_be_is_left_out() -> None:
    assert made(Connection("HOST", "NAME", "USER")).url(None) == "postgresql://app@db-1.prod/ledger"


def test_what_surrounds_a_value_is_taken_away_in_the_variable_as_well() -> None:
    environment = {name: f" {value}\n" for name, value in ENVIRONMENT.items()}
    parts = Parts.of(PLAIN, environment)
    assert parts.url(None) == "postgresql://app:%20s3cret@db-1.prod:6432/ledger"
    assert environment == {**ENVIRONMENT, "PASSWORD": " s3cret"}


@pytest.mark.parametrize("part", list(ENVIRONMENT))
def test_a_part_without_a_value_is_named_with_its_variable(part: str) -> None:
    with pytest.raises(Refusal, match=f"the {part.lower()} of spec.database.connection has no value: the variable {part} is"):
        Parts.of(PLAIN, {**ENVIRONMENT, part: "\n"})


@pytest.mark.parametrize(
    ("host", "remedy"),
    [
        ("db:5432", "Write the port in port, and take a key that has the host without it"),
        ("[fd00::1]:5432", "Write the port in port, and take a key that has the host without it"),
        ("postgresql://db", "It is a URL: let spec.database.secretRef name its key"),
        ("db/shop", "It has more than a host: take a key that has the host alone"),
        ("user:s3cret@db", "It has more than a host: take a key that has the host alone"),
        ("a b", "It has white space in its middle: take that out"),
        ("postgres\u00a0platform", "It has white space in its middle: take that out"),
        ("db,other", "Several hosts need a whole URL, in a key that spec.database.secretRef names"),
        ("größe", "It has a character that the name of no host has"),
        ('"db"', "It has a character that the name of no host has"),
    ],
)
def test_what_is_no_host_is_refused_and_not_shown(host: str, remedy: str) -> None:
    with pytest.raises(Refusal, match="is no name or address alone") as e:
        made(HOST=host)
    assert host not in e.value.message
    assert remedy in e.value.message


@pytest.mark.parametrize("port", ["0", "65536", "5432/tcp", "٣", "-1", "tcp://10.0.0.1:5432"])
def test_what_is_no_port_is_refused_and_not_shown(port: str) -> None:
    with pytest.raises(Refusal, match="is no number up to 65535"):
        made(PORT=port)


def run(project: Project, variables: dict[str, str] = VARIABLES, driver: str | None = None, **values: str) -> Result:
    split = urlsplit(project.database.url())
    project.database.execute(f"""ALTER ROLE {project.database.name} PASSWORD '{PASSWORD.replace("'", "''")}'""", superuser=True)
    found: dict[str, str] = {
        "host": split.hostname or "",
        "port": str(split.port),
        "name": project.database.name,
        "user": project.database.name,
        "password": PASSWORD,
        **values,
    }
    project.line("001")
    connection = {f"{part}Variable": variable for part, variable in variables.items()}
    database: dict[str, Any] = {"variable": "DATABASE_URL", "connection": {**connection, "driver": driver}}
    return project.run(
        "head",
        database=database,
        environment={"DATABASE_URL": None, **{variables[part]: value for part, value in found.items()}},
    )


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg", "pg8000"])
def test_env_py_finds_the_url_in_its_variable_whatever_its_driver(project: Project, driver: str) -> None:
    project.use(driver)
    result = run(project, driver=driver)
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message + result.stderr
    assert "word" not in result.stdout + result.stderr


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_where_no_driver_is_named_it_is_one_that_env_py_can_use(project: Project, driver: str) -> None:
    project.use(driver)
    result = run(project)
    assert result.reason == "AtTargetRevision", result.message


def test_an_env_py_as_alembic_init_makes_it_finds_the_url_in_its_configuration(project: Project) -> None:
    project.env_py.write_text(
        "from alembic import context\nfrom sqlalchemy import engine_from_config, pool\nconfig = context.config\n"
        'engine = engine_from_config(config.get_section("alembic"), prefix="sqlalchemy.", poolclass=pool.NullPool)\n'
        "with engine.connect() as connection:\n    context.configure(connection=connection)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n"
    )
    assert run(project).reason == "AtTargetRevision"


OF_PARTS = """
import os
from alembic import context
from sqlalchemy import URL, create_engine
url = URL.create(
    "postgresql+psycopg", os.environ["APP_USER"], os.environ["APP_KEY"], os.environ["APP_HOST"],
    int(os.environ["APP_PORT"]), os.environ["APP_DB"],
)
with create_engine(url).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
CHOSEN = {"host": "APP_HOST", "name": "APP_DB", "user": "APP_USER", "port": "APP_PORT", "password": "APP_KEY"}


def test_an_env_py_that_builds_its_url_of_parts_is_in_the_resources_database(project: Project) -> None:
    project.env_py.write_text(OF_PARTS)
    result = run(project, CHOSEN)
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


def test_the_password_is_masked_whatever_its_variable_is_called(project: Project) -> None:
    project.env_py.write_text('import os\nraise RuntimeError("no " + os.environ["APP_KEY"], "and " + os.environ["APP_USER"])\n')
    result = run(project, CHOSEN)
    assert result.reason == "ConfigurationError"
    assert f"and {project.database.name}" in result.message, "a user's name may be shown"
    told = result.stdout + result.stderr + result.message
    assert not [piece for piece in ("p@ss", "word", "100%", "(x)s") if piece in told], told


def test_a_host_that_is_none_is_told_before_anything_runs(project: Project) -> None:
    result = run(project, host="db:5432")
    assert (result.reason, project.database.tables()) == ("ConfigurationError", [])
    # Not a word of it is taken for a secret, though the request has the name of the password's variable.
    assert result.message.startswith(
        "The host of spec.database.connection is no name or address alone. Write the port in port,"
    )


@pytest.mark.parametrize(
    ("values", "reason", "told"),
    [
        ({"name": "nowhere"}, "DatabaseMissing", "correct spec.database.connection.name"),
        ({"host": "127.0.0.1", "port": "1"}, "DatabaseUnreachable", "correct the host in spec.database.connection"),
        ({"host": "nowhere.invalid"}, "DatabaseUnreachable", "Check host and port in spec.database.connection"),
    ],
)
def test_messages_name_the_parts_and_no_url(project: Project, values: dict[str, str], reason: str, told: str) -> None:
    result = run(project, VARIABLES, None, **values)
    assert (result.reason, told in result.message) == (reason, True), result.message
    assert "database's URL" not in result.message
