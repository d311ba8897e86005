"""A URL that the driver cannot use is a mistake in it, and no server's fault."""

from __future__ import annotations

import pytest

from dbmigration.report.connection_option import complained_of
from tests.project import Project, Result

LIBPQ = {
    "sslmode=requier": "sslmode",
    "channel_binding=maybe": "channel_binding",
    "target_session_attrs=leader": "target_session_attrs",
    "sslmod=require": "sslmod",
    "connect_timeout=ten": "connect_timeout",
    "service=nowhere": "service",
}


def _run(project: Project, driver: str, rest: str = "", **parts: str) -> Result:
    project.use(driver)
    project.line("001")
    return project.run("head", url=project.database.url(driver, **parts) + rest)


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize("option", LIBPQ)
def test_an_option_that_libpq_cannot_use_is_named(project: Project, driver: str, option: str) -> None:
    result = _run(project, driver, f"?{option}")
    assert result.reason == "ConfigurationError", result.message
    assert f"option {LIBPQ[option]}" in result.message
    assert "Check host and port" not in result.message
    assert "dbmigrations.io/retry" in result.message


@pytest.mark.parametrize(
    ("said", "option"),
    [
        ('root certificate file "/ca.crt" does not exist\nEither provide the file or change sslmode', "sslrootcert"),
        ('could not read root certificate file "/ca.crt": no certificate or crl found', "sslrootcert"),
        ('could not open certificate file "/c.crt": No such file or directory', "sslcert"),
        ('private key file "/c.key" has group or world access', "sslkey"),
        ('sslmode value "require" invalid when SSL support is not compiled in', "sslmode"),
        ('invalid integer value "ten" for connection option "keepalives_idle"', "keepalives_idle"),
        ("could not match 3 port numbers to 2 hosts", "port"),
        ('invalid dsn: invalid URI query parameter: "pool"', "pool"),
        ('connection to server at "db" (10.0.0.1), port 5432 failed: Connection refused', None),
        ('FATAL:  invalid value for parameter "TimeZone": "x"', None),
        ('invalid "ssl_min_protocol_version" value: "x"', "ssl_min_protocol_version"),
        ("", None),
    ],
)
def test_what_libpq_says_of_files_and_values_tells_the_option(said: str, option: str | None) -> None:
    assert complained_of(said, [], None) == option


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
@pytest.mark.parametrize("port", ["54321x", "99999", "5432:5433"])
def test_a_port_that_is_none_is_named(project: Project, driver: str, port: str) -> None:
    result = _run(project, driver, host=f"127.0.0.1:{port}")
    assert result.reason == "ConfigurationError", result.message
    assert "port as one number from 1 to 65535" in result.message, result.message
    assert "Check host and port" not in result.message


@pytest.mark.parametrize("driver", ["pg8000", "asyncpg"])
def test_an_option_that_another_driver_does_not_know_is_named(project: Project, driver: str) -> None:
    result = _run(project, driver, "?sslmod=require")
    assert result.reason == "ConfigurationError", result.message
    assert "sslmod" in result.message


ASKED = {
    "channel_binding=require&sslmode=disable": "channel_binding",
    "require_auth=md5": "require_auth",
    "require_auth=none": "require_auth",
    "gssencmode=require": "gssencmode",
    "sslcertmode=require": "sslcertmode",
    "ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2": "ssl_min_protocol_version",
    "ssl_min_protocol_version=x": "ssl_min_protocol_version",
    "sslmode=prefer&sslnegotiation=direct": "sslmode",
    "sslmode=prefer&sslrootcert=system": "sslmode",
    "sslmode=require&sslnegotiation=direct": "sslnegotiation",
}


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize("options", ASKED)
def test_what_the_client_insists_on_is_no_matter_of_host_and_port(project: Project, driver: str, options: str) -> None:
    result = _run(project, driver, f"?{options}")
    assert result.reason == "ConfigurationError", result.message
    assert f"option {ASKED[options]} " in result.message
    assert "Check host and port" not in result.message
    assert "network" not in result.message
    assert "names a file" not in result.message


def test_a_protocol_that_the_server_does_not_speak_is_the_options(project: Project) -> None:
    result = _run(project, "psycopg", "?min_protocol_version=3.2")
    assert result.reason == "ConfigurationError", result.message
    assert "min_protocol_version" in result.message
    assert "Check host and port" not in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_a_role_that_is_asked_for_as_a_setting_is_not_the_user(project: Project, driver: str) -> None:
    result = _run(project, driver, "?options=-c%20role%3Dnosuch")
    assert result.reason == "ConfigurationError", result.message
    assert 'role "nosuch" does not exist' in result.message
    assert "options stand behind its ?" in result.message
    assert "correct the user" not in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_a_service_is_no_file(project: Project, driver: str) -> None:
    result = _run(project, driver, "?service=nowhere")
    assert "A service is a section of a file" in result.message
    assert "Let service name a file" not in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
def test_one_port_for_two_hosts_is_what_sqlalchemy_does_not_take(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001")
    result = project.run("head", url=f"postgresql+{driver}://app:pw@/shop?host=db-0,db-1&port=5432")
    assert result.reason == "ConfigurationError", result.message
    assert "a port for each of the hosts" in result.message


@pytest.mark.parametrize(("driver", "option"), [("psycopg", "prepare_threshold"), ("asyncpg", "statement_cache_size")])
def test_a_number_that_reaches_the_driver_as_text_is_to_be_given_by_env_py(project: Project, driver: str, option: str) -> None:
    result = _run(project, driver, f"?{option}=0")
    assert result.reason == "ConfigurationError", result.message
    assert f"The option {option} behind the ? of a URL reaches the driver as text" in result.message
    assert f'connect_args={{"{option}": …}}' in result.message
