"""Nothing is run in a database that is not shown to be the one that the resource names."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from random import randrange
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.faults.proxy import Proxy
from tests.project import Project
from tests.server import Database

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg", "psycopg, asynchronously"]


def _goes_its_own_way(project: Project, driver: str = "psycopg2") -> None:
    """With an env.py that takes its URL from elsewhere than the Secret's variable."""
    project.use(driver)
    project.env_py.write_text(project.env_py.read_text().replace('os.environ["DATABASE_URL"]', 'os.environ["MINE"]'))
    project.line("001")


def _run(project: Project, mine: str, **asked: Any) -> Any:
    environment = {**asked.pop("environment", {}), "MINE": mine}
    return project.run("head", environment=environment, **asked)


@pytest.fixture
def proxy(project: Project) -> Iterator[Proxy]:
    """Another name for the same server."""
    split = urlsplit(project.database.server.url)
    made = Proxy(lambda: (str(split.hostname), split.port or 5432))
    yield made
    made.close()


def _place(database: Database) -> str:
    split = urlsplit(database.server.url)
    return f"localhost:{split.port or 5432}/{database.name}"


@pytest.mark.parametrize("driver", DRIVERS)
def test_another_database_is_left_alone_and_both_are_named(project: Project, other_database: Database, driver: str) -> None:
    _goes_its_own_way(project, driver)
    result = _run(project, other_database.url(project.driver))
    assert result.reason == "DatabaseMismatch", result.message
    assert f"nv.py connected to {_place(other_database)}, and that is another database than" in result.message
    assert f"the resource's, {_place(project.database)} (variable DATABASE_URL)" in result.message
    assert "Most likely env.py did not read DATABASE_URL" in result.message
    assert "create_engine(os.environ['DATABASE_URL'])" in result.message
    assert result.message.endswith("Nothing was changed in the database.")
    for database in (project.database, other_database):
        assert database.tables() == []
        assert database.password not in result.stdout + result.stderr
    assert (result.outcome["before"], result.outcome["after"], result.outcome["versionTable"]) == (None, None, None)


def test_the_variable_is_called_by_its_own_name(project: Project, other_database: Database) -> None:
    _goes_its_own_way(project)
    result = _run(
        project,
        other_database.url("psycopg2"),
        database={"variable": "APP_DB"},
        environment={"APP_DB": project.database.url("psycopg2"), "DATABASE_URL": None},
    )
    assert result.reason == "DatabaseMismatch"
    assert "(variable APP_DB)" in result.message
    assert "os.environ['APP_DB']" in result.message


@pytest.mark.parametrize(("variable", "value"), [("PGHOSTADDR", "127.0.0.1"), ("PGPORT", "1")])
def test_no_variable_is_blamed_where_env_py_asked_for_another_one(
    project: Project, other_database: Database, variable: str, value: str
) -> None:
    _goes_its_own_way(project)
    result = _run(project, other_database.url("psycopg2"), environment={variable: value})
    assert "did not read DATABASE_URL" in result.message
    assert variable not in result.message


@pytest.mark.parametrize("unverified", ["Forbid", "Allow"])
@pytest.mark.parametrize("password", ["the right one", "a wrong one"])
def test_what_is_shown_to_be_another_one_is_refused_whatever_is_allowed(
    project: Project, other_database: Database, unverified: str, password: str
) -> None:
    _goes_its_own_way(project)
    url = project.database.url("psycopg2", **({} if password == "the right one" else {"password": "none"}))
    database = {"variable": "DATABASE_URL", "unverified": unverified}
    result = _run(project, other_database.url("psycopg2"), url=url, database=database)
    assert (result.reason, other_database.tables()) == ("DatabaseMismatch", []), result.message
    by_name = "" if password == "the right one" else "by its name "
    assert f"and {by_name}that is another database than the resource's" in result.message


def test_a_check_is_refused_as_well(project: Project, other_database: Database) -> None:
    _goes_its_own_way(project)
    assert _run(project, other_database.url("psycopg2"), mode="Check").reason == "DatabaseMismatch"


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_same_database_by_another_name_is_migrated(project: Project, proxy: Proxy, driver: str) -> None:
    _goes_its_own_way(project, driver)
    result = _run(project, project.database.url(project.driver, host=proxy.host))
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message
    assert not any("decided" in warning for warning in result.outcome["warnings"])
    locks = "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = "
    assert project.database.query(f"{locks}'{project.database.name}'") == []


def test_a_name_in_a_transaction_of_env_pys_own_is_compared_as_well(project: Project, proxy: Proxy) -> None:
    _goes_its_own_way(project)
    text = project.env_py.read_text()
    project.env_py.write_text(
        text.replace("engine.connect() as connection:", "engine.connect() as connection, connection.begin():")
    )
    result = _run(project, project.database.url("psycopg2", host=proxy.host))
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_same_name_costs_no_second_session_whoever_logs_in(project: Project, driver: str) -> None:
    """As with a token that env.py fetches: the Secret's URL alone lets nobody in."""
    _goes_its_own_way(project, driver)
    project.database.execute(f"ALTER ROLE {project.database.name} CONNECTION LIMIT 1", superuser=True)
    url = f"postgresql://somebody@{_place(project.database).replace('localhost', 'LocalHost.')}"
    result = _run(project, project.database.url(project.driver), url=url)
    assert result.reason == "AtTargetRevision", result.message


@pytest.mark.parametrize("driver", ["psycopg2", "pg8000", "asyncpg"])
def test_an_engine_whose_url_says_something_else_deceives_nobody(
    project: Project, other_database: Database, driver: str
) -> None:
    """By connect_args for the drivers' own way; by a creator where only that is possible."""
    _goes_its_own_way(project, driver)
    text = project.env_py.read_text()
    make = 'os.environ["MINE"], '
    login = {"user": other_database.name, "password": other_database.password, "database": other_database.name}
    if driver == "asyncpg":
        text = text.replace(make, f"{make}connect_args={login}, ")
    else:
        split = urlsplit(other_database.url())
        place = f"host={split.hostname!r}, port={split.port}"
        how = f"    import {driver}\n    creator = lambda: {driver}.connect({place}, **{login})\n"
        text = text.replace("    engine = create", f"{how}    engine = create").replace(make, f"{make}creator=creator, ")
    project.env_py.write_text(text)
    result = _run(project, project.database.url(driver))
    assert (result.reason, other_database.tables()) == ("DatabaseMismatch", []), result.message + result.stderr


@pytest.mark.requires("autobegin")
def test_a_role_that_env_py_takes_on_is_no_other_database(project: Project, admin: Any) -> None:
    name = project.database.name
    admin.execute(f"CREATE ROLE {name}_owner NOLOGIN; GRANT {name}_owner TO {name}")
    project.database.execute(f"GRANT CREATE ON SCHEMA public TO {name}_owner", superuser=True)
    project.sync()
    try:
        project.env_py.write_text(
            project.env_py.read_text().replace(
                "        context.configure(",
                f"        connection.exec_driver_sql('SET ROLE {name}_owner')\n        connection.commit()\n"
                "        context.configure(",
            )
        )
        project.line("001")
        assert project.run("head").reason == "AtTargetRevision"
    finally:
        project.database.execute(f"DROP OWNED BY {name}_owner; DROP ROLE {name}_owner", superuser=True)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (None, "password authentication failed"),
        ("postgresql://a@b:c@d/e", "cannot be read (write @ as %40"),
        ("", "the variable DATABASE_URL has no URL"),
    ],
)
def test_where_nobody_can_tell_the_resource_may_say_so(project: Project, proxy: Proxy, url: str | None, why: str) -> None:
    _goes_its_own_way(project)
    url = project.database.url("psycopg2", password="none") if url is None else url
    environment = {"DATABASE_URL": url}
    mine = project.database.url("psycopg2", host=proxy.host)
    refused = _run(project, mine, environment=environment)
    assert (refused.reason, project.database.tables()) == ("DatabaseMismatch", [])
    assert f"nv.py connected to {proxy.host.replace('127.0.0.1', 'localhost')}/{project.database.name}" in refused.message
    assert "could not be decided" in refused.message
    assert "If the Secret is wrong, correct it" in refused.message
    assert why in refused.message
    assert "let spec.database.unverified be Allow" in refused.message
    allowed = _run(project, mine, environment=environment, database={"variable": "DATABASE_URL", "unverified": "Allow"})
    assert (allowed.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), allowed.message
    assert "could not be decided" in allowed.outcome["warnings"][0]


def test_a_server_that_has_no_session_to_spare_may_have_one_later(project: Project, proxy: Proxy) -> None:
    _goes_its_own_way(project)
    project.database.execute(f"ALTER ROLE {project.database.name} CONNECTION LIMIT 1", superuser=True)
    result = _run(project, project.database.url("psycopg2", host=proxy.host))
    assert (result.reason, project.database.tables()) == ("DatabaseUnreachable", []), result.message
    assert "could not be decided" in result.message


def test_where_a_driver_does_not_say_where_it_goes_the_database_is_asked(project: Project) -> None:
    project.use("psycopg2")
    project.line("001")
    result = project.run("head", url=project.database.url("psycopg2") + "?hostaddr=127.0.0.1")
    assert result.reason == "AtTargetRevision", result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "psycopg, asynchronously"])
@pytest.mark.parametrize("by", ["its option", "PGHOSTADDR"])
def test_a_name_beside_which_libpq_is_told_an_address_tells_nothing(project: Project, driver: str, by: str) -> None:
    """The names are the same, and where the connection leads is another server, for all that they say."""
    _goes_its_own_way(project, driver)
    # No session to spare: what has to be asked cannot be.
    project.database.execute(f"ALTER ROLE {project.database.name} CONNECTION LIMIT 1", superuser=True)
    split = urlsplit(project.database.server.url)
    # An address of this machine that no test beside this one has.
    there = f"127.{randrange(1, 250)}.{randrange(250)}.{randrange(1, 250)}"
    with contextlib.ExitStack() as stack:
        # Where it cannot be had, the server itself listens at every address.
        with contextlib.suppress(OSError):
            elsewhere = Proxy(lambda: (str(split.hostname), split.port or 5432), (there, split.port or 5432))
            stack.callback(elsewhere.close)
        mine = project.database.url(project.driver)
        environment = {"PGHOSTADDR": there} if by == "PGHOSTADDR" else {}
        result = _run(project, mine if environment else f"{mine}?hostaddr={there}", environment=environment)
    assert (result.reason, project.database.tables()) == ("DatabaseUnreachable", []), result.message
    _, _, why = result.message.partition("could not be decided")
    assert "127.0.0.1" in why, "what is asked is the URL's own host"
    assert there not in why


def test_a_server_that_is_not_the_resources_is_not_blamed_on_the_secret(project: Project, admin: Any) -> None:
    _goes_its_own_way(project)
    for mine in (
        project.database.url("psycopg2", host="no-such-host.invalid:5432"),
        project.database.url("psycopg2", host="127.0.0.1:1"),
    ):
        result = _run(project, mine)
        assert result.reason == "DatabaseUnreachable"
        assert f"not where the resource's database is: {_place(project.database)} (variable DATABASE_URL)" in result.message
        assert "did not read DATABASE_URL" in result.message
        assert "Secret" not in result.message


def test_a_database_of_another_kind_is_named_with_the_likely_cause(project: Project) -> None:
    _goes_its_own_way(project)
    result = _run(project, "sqlite://")
    assert result.reason == "ConfigurationError"
    assert "connected to sqlite" in result.message
    assert "did not read DATABASE_URL" in result.message
