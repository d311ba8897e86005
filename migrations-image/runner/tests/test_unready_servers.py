"""A server that answers is not one that cannot be reached: neither host nor port nor network is to blame."""

from __future__ import annotations

import pytest

from dbmigration.report import unready_server
from tests.project import Project, Result
from tests.refusing_server import server_that_refuses
from tests.server import Database

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]
ANSWERS = {
    ("55000", 'database "shop" is not currently accepting connections'): "ALLOW_CONNECTIONS true opens it",
    ("55000", 'cannot connect to invalid database "shop"'): "make it anew",
    ("57P03", "the database system is starting up"): "starting or stopping",
    ("57P03", "the database system is shutting down"): "starting or stopping",
    ("57P03", "the database system is in recovery mode"): "It recovers",
    ("57P03", "the database system is not accepting connections"): "It recovers",
    ("57P03", "the database system is not yet accepting connections"): "It recovers",
    ("53300", "sorry, too many clients already"): "no connection to spare",
    ("53300", 'too many connections for role "shop"'): "no connection to spare",
    ("XX000", "could not open relation mapping file"): "the network are right",
    ("08P01", "server login failed: wrong password type"): "the network are right",
}
SETTINGS = {
    ("42704", 'unrecognized configuration parameter "nosuch"'),
    ("22023", 'invalid value for parameter "work_mem": "much"'),
    ("42501", 'permission denied to set parameter "log_statement"'),
    ("08P01", "unsupported startup parameter: options"),
}


def _answered(project: Project, driver: str, sqlstate: str, said: str) -> Result:
    project.use(driver)
    project.line("001")
    with server_that_refuses(sqlstate, said) as host:
        result = project.run("head", url=project.database.url(driver, host=host))
    assert f"{host} answered, and" in result.message
    assert said in result.message
    assert "Check host and port" not in result.message
    assert "network policies" not in result.message
    return result


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("answer", ANSWERS, ids=" ".join)
def test_what_a_server_answers_is_told_as_its_own_words(project: Project, driver: str, answer: tuple[str, str]) -> None:
    result = _answered(project, driver, *answer)
    assert result.reason == "DatabaseUnreachable", result.message
    assert ANSWERS[answer] in result.message


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("answer", sorted(SETTINGS), ids=" ".join)
def test_a_setting_that_a_server_does_not_take_is_not_asked_for_again(
    project: Project, driver: str, answer: tuple[str, str]
) -> None:
    result = _answered(project, driver, *answer)
    assert result.reason == "ConfigurationError", result.message
    assert "options stand behind its ?" in result.message
    assert "GRANT" not in result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_database_that_somebody_closed_is_told_so(project: Project, other_database: Database, driver: str) -> None:
    project.use(driver)
    project.line("001")
    other_database.execute(f"ALTER DATABASE {project.database.name} ALLOW_CONNECTIONS false", superuser=True)
    result = project.run("head")
    assert result.reason == "DatabaseUnreachable"
    assert "Somebody has closed this database" in result.message
    assert "Check host and port" not in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize("wanted", ["read-only", "standby"])
def test_a_server_of_another_kind_than_was_asked_for_has_answered(project: Project, driver: str, wanted: str) -> None:
    project.use(driver)
    project.line("001")
    result = project.run("head", url=f"{project.database.url()}?target_session_attrs={wanted}")
    assert result.reason == "DatabaseUnreachable"
    assert "is not what target_session_attrs asks for" in result.message
    assert "Check host and port" not in result.message


def test_of_several_addresses_the_one_that_answered_is_heard() -> None:
    told = (
        'connection to server at "db" (::1), port 5432 failed: Connection refused\n\tIs the server running?\n'
        'connection to server at "db" (10.0.0.1), port 5432 failed: FATAL:  the database system is starting up'
    )
    assert unready_server.words_of([OSError(), RuntimeError(told)]) == "the database system is starting up"
    assert unready_server.words_of([RuntimeError("Connection refused")]) is None
