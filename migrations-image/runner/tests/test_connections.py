"""A database that cannot be reached, or not as it should be."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from dbmigration.session.lock import SPACE
from tests.conftest import no_session_is_left, wait_until
from tests.faults.proxy import Proxy
from tests.listening import listening
from tests.project import Project
from tests.refusing_server import server_that_refuses
from tests.test_two_at_once import KEY_OF_PUBLIC_ALEMBIC_VERSION

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]


def _with(project: Project, driver: str) -> Project:
    project.use(driver)
    project.line("001")
    return project


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_wrong_password_is_told_apart(project: Project, driver: str) -> None:
    result = _with(project, driver).run("head", url=project.database.url(driver, password="not-the-right-one"))
    assert (result.code, result.reason) == (1, "AuthenticationFailed")
    assert "password authentication failed" in result.message
    assert "not-the-right-one" not in result.stdout + result.stderr
    assert project.database.tables() == []


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_host_that_does_not_exist_is_unreachable(project: Project, driver: str) -> None:
    result = _with(project, driver).run("head", url=project.database.url(driver, host="no-such-host.invalid:5432"))
    assert (result.code, result.reason) == (1, "DatabaseUnreachable")
    assert "no-such-host.invalid:5432" in result.message
    assert result.outcome["after"] is None


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_port_where_nothing_listens_is_unreachable(project: Project, driver: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    result = _with(project, driver).run("head", url=project.database.url(driver, host=f"127.0.0.1:{port}"))
    assert (result.code, result.reason) == (1, "DatabaseUnreachable")
    assert f"127.0.0.1:{port}" in result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_database_that_does_not_exist_yet_is_waited_for(project: Project, driver: str) -> None:
    result = _with(project, driver).run("head", url=project.database.url(driver, name="nowhere"))
    assert (result.code, result.reason, result.outcome["sqlstate"]) == (1, "DatabaseMissing", "3D000")
    assert 'database "nowhere" does not exist. If the database is about to be made' in result.message


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ('role "app" does not exist', "RoleMissing"),
        ('role "app" is not permitted to log in', "AuthenticationFailed"),
        ('no pg_hba.conf entry for host "10.0.0.1", user "app", database "db", no encryption', "AuthenticationFailed"),
        ('certificate authentication failed for user "app"', "AuthenticationFailed"),
    ],
)
def test_a_role_that_does_not_exist_yet_is_waited_for(project: Project, driver: str, said: str, reason: str) -> None:
    with server_that_refuses("28000", said) as host:
        result = _with(project, driver).run("head", url=project.database.url(driver, host=host))
    assert (result.code, result.reason, result.outcome["sqlstate"]) == (1, reason, "28000"), result.message
    assert said in result.message


def test_a_role_that_a_server_with_passwords_does_not_know_is_as_good_as_a_wrong_password(project: Project) -> None:
    project.line("001")
    result = project.run("head", url=project.database.url(project.driver, user="nobody"))
    assert (result.reason, result.outcome["sqlstate"]) == ("AuthenticationFailed", "28P01")


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_host_that_does_not_answer_ends_the_run_after_fifteen_seconds(project: Project, driver: str) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        result = _with(project, driver).run("head", url=project.database.url(driver, host=host))
    assert (result.code, result.reason) == (1, "DatabaseUnreachable")
    assert f"{host} did not answer within 15 s" in result.message
    assert 15 <= result.seconds < 20


def test_a_role_without_the_right_to_connect_is_told_so(project: Project) -> None:
    project.line("001")
    name = project.database.name
    project.database.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC, {name}", superuser=True)
    result = project.run("head")
    assert result.reason == "PermissionDenied"
    assert "GRANT CONNECT" in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_a_role_that_may_not_log_in_is_to_be_permitted_to(project: Project, driver: str) -> None:
    project.database.execute(f"ALTER ROLE {project.database.name} NOLOGIN", superuser=True)
    result = _with(project, driver).run("head")
    assert result.reason == "AuthenticationFailed"
    assert "Permit it (ALTER ROLE … LOGIN)" in result.message
    assert "pg_hba.conf" not in result.message
    assert "password" not in result.message


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_server_without_a_free_connection_is_tried_again(project: Project, driver: str) -> None:
    project.database.execute(f"ALTER ROLE {project.database.name} CONNECTION LIMIT 0", superuser=True)
    result = _with(project, driver).run("head")
    assert (result.reason, project.database.tables()) == ("DatabaseUnreachable", [])
    assert "too many connections" in result.message


def test_one_connection_is_enough(project: Project) -> None:
    project.database.execute(f"ALTER ROLE {project.database.name} CONNECTION LIMIT 1", superuser=True)
    project.line("001")
    assert project.run("head").outcome["after"] == ["001"]


def test_a_session_that_may_only_read_is_tried_again(project: Project) -> None:
    project.line("001")
    project.database.execute(f"ALTER ROLE {project.database.name} SET default_transaction_read_only = on", superuser=True)
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("DatabaseUnreachable", "25006")
    assert "read-only" in result.message


def test_a_setting_that_the_driver_does_not_know_is_a_matter_of_configuration(project: Project) -> None:
    _with(project, "asyncpg")
    result = project.run("head", url=project.database.url("asyncpg") + "?sslmode=require")
    assert result.reason == "ConfigurationError"
    assert "ssl=require" in result.message


@pytest.fixture
def pooler(project: Project) -> Iterator[str]:
    """Does what PgBouncer does to a client: announces a process id that is not the server's."""
    split = urlsplit(project.database.server.url)

    def relay(source: socket.socket, sink: socket.socket, rewrite: bool) -> None:
        while data := source.recv(65536):
            at = data.find(b"K\x00\x00\x00\x0c") if rewrite else -1
            if at >= 0:
                data = data[: at + 5] + struct.pack("!i", 1) + data[at + 9 :]
                rewrite = False
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)

    def serve(client: socket.socket) -> None:
        server = socket.create_connection((split.hostname, split.port or 5432))
        threading.Thread(target=relay, args=(client, server, False), daemon=True).start()
        relay(server, client, True)

    with listening(serve) as address:
        yield address


@pytest.mark.parametrize("driver", DRIVERS)
def test_another_process_than_the_one_that_is_announced_may_be_the_sessions_own(
    project: Project, pooler: str, driver: str
) -> None:
    result = _with(project, driver).run("head", url=project.database.url(driver, host=pooler))
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("moment", ["waiting for the lock", "inside a statement"])
def test_a_connection_that_is_reset_is_lost_whatever_the_driver_raises(project: Project, driver: str, moment: str) -> None:
    project.use(driver)
    project.script("001", upgrade='op.execute("SELECT pg_sleep(30)")')
    split = urlsplit(project.database.server.url)
    proxy = Proxy(lambda: (str(split.hostname), split.port or 5432))
    session = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND "
    with project.database.connect() as holder:
        if moment == "waiting for the lock":
            holder.execute(f"SELECT pg_advisory_lock({SPACE}, {KEY_OF_PUBLIC_ALEMBIC_VERSION})")
            session += "application_name = 'dbmigration team/thing' AND now() - backend_start > '600ms'"
        else:
            session += "query = 'SELECT pg_sleep(30)'"
        running = project.start("head", url=project.database.url(driver, host=proxy.host), timeouts={"busy": 0})
        wait_until(lambda: project.database.query(session))
        proxy.cut()
        result = running.result(20)
    proxy.close()
    assert (result.reason, result.code) == ("ConnectionLost", 1), f"{result.message}\n{result.stderr}"
    no_session_is_left(project.database)
