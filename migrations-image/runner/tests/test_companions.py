"""A proxy that runs beside the migration, and listens later than the migration begins."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dbmigration.planning.database_url import Address
from dbmigration.session import companions
from tests.conftest import wait_until
from tests.faults.proxy import Proxy
from tests.project import Project

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]
HERE = {companions.VARIABLE: "proxy"}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_migration_waits_until_it_listens(project: Project) -> None:
    project.line("001")
    server, port = urlsplit(project.database.url("psycopg")), _free_port()
    running = project.start("head", url=project.database.url("psycopg", host=f"127.0.0.1:{port}"), environment=HERE)
    wait_until(lambda: "a connection to localhost" in running.printed())
    proxy = Proxy(lambda: (str(server.hostname), server.port or 5432), ("127.0.0.1", port))
    result = running.result()
    proxy.close()
    assert result.reason == "AtTargetRevision"
    assert project.database.rows() == ["001"]
    waiting = [event for event in result.events if event["event"] == "waiting"]
    assert waiting == [{"event": "waiting", "what": f"a connection to localhost:{port}", "holder": "container proxy"}]


@pytest.mark.parametrize("driver", DRIVERS)
def test_without_one_the_pod_is_named_and_no_network(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001")
    result = project.run("head", url=project.database.url(driver, host=f"127.0.0.1:{_free_port()}"))
    assert result.reason == "DatabaseUnreachable"
    assert "That is the migration's own Pod, in which by spec.podTemplate nothing else runs" in result.message
    assert "restartPolicy: Always" in result.message
    assert "network policies" not in result.message


def test_the_log_of_the_one_that_never_listens_is_named() -> None:
    told = companions.remedy(Address.of("127.0.0.1", 6432), HERE)
    assert told is not None
    assert "the log of container proxy" in told
    assert companions.remedy(Address.of("db", 5432), HERE) is None


def test_patience_ends() -> None:
    told: list[object] = []
    begun = time.monotonic()
    companions.await_listening([_here(_free_port())], HERE, lambda *what, **fields: told.append((what, fields)), patience=0.3)
    assert 0.3 <= time.monotonic() - begun < 5
    assert len(told) == 1


def test_a_socket_is_waited_for_as_well(tmp_path: Path) -> None:
    address = Address.of(str(tmp_path), 5432)
    assert address is not None
    with socket.socket(socket.AF_UNIX) as server:

        def begin() -> None:
            time.sleep(0.3)
            server.bind(f"{tmp_path}/.s.PGSQL.5432")
            server.listen()

        thread = threading.Thread(target=begin)
        thread.start()
        companions.await_listening([address], HERE, lambda *_, **__: None)
        thread.join()
        assert server.getsockname() == f"{tmp_path}/.s.PGSQL.5432"


@pytest.mark.parametrize(
    ("host", "environment"), [("db.example", HERE), ("127.0.0.1", {}), ("127.0.0.1", {companions.VARIABLE: ""})]
)
def test_nobody_waits_where_nothing_can_come(host: str, environment: dict[str, str]) -> None:
    address = Address.of(host, _free_port())
    assert address is not None
    companions.await_listening([address], environment, lambda *_, **__: pytest.fail("waits"))


def _here(port: int) -> Address:
    address = Address.of("127.0.0.1", port)
    assert address is not None
    return address
