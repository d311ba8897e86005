"""A variable of libpq that leads env.py's connection to another server does not lead astray who looks whether it is there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import randrange
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.faults.proxy import Proxy
from tests.private_server import private_server, server_binaries
from tests.project import Project, Result
from tests.server import Database, Server, create_database

DRIVERS = ["psycopg", "psycopg2", "psycopg, asynchronously"]


@dataclass(frozen=True)
class Places:
    """Two servers that have the same names, at one port of two addresses."""

    port: int
    address: str
    """Of the one that is not the resource's, which listens at 127.0.0.1."""
    other: Database

    def here(self, host: str = "localhost") -> str:
        return f"{host}:{self.port}"


@pytest.fixture(scope="module")
def other_server() -> Iterator[Server]:
    binaries = server_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's binaries are not here")
    with private_server(binaries) as url:
        yield Server(url)


def _place(server: Server) -> tuple[str, int]:
    split = urlsplit(server.url)
    return str(split.hostname), split.port or 5432


@contextlib.contextmanager
def _listening(own: Server, other: Server) -> Iterator[tuple[int, str]]:
    with contextlib.ExitStack() as stack:
        first = Proxy(lambda: _place(own))
        stack.callback(first.close)
        port = int(first.host.rpartition(":")[2])
        # An address of this machine that no test beside this one has.
        address = f"127.{randrange(1, 250)}.{randrange(250)}.{randrange(1, 250)}"
        stack.callback(Proxy(lambda: _place(other), (address, port)).close)
        yield port, address


@pytest.fixture
def places(project: Project, other_server: Server) -> Iterator[Places]:
    other = Database(other_server, project.database.name)
    with psycopg.connect(other_server.url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {other.name} LOGIN PASSWORD '{other.password}'")
        create_database(admin, other.name, other.name)
    with _listening(project.database.server, other_server) as (port, address):
        yield Places(port, address, other)
    other.close()


def _set_in(project: Project, variable: str, value: str) -> None:
    project.env_py.write_text(f"import os\nos.environ[{variable!r}] = {value!r}\n{project.env_py.read_text()}")


def _service(tmp_path: Path, text: str) -> dict[str, str | None]:
    file = tmp_path / "services"
    file.write_text(f"[x]\n{text}\n")
    return {"PGSERVICEFILE": str(file), "PGSERVICE": "x"}


def _is_refused(result: Result, project: Project, places: Places, variable: str) -> None:
    assert (result.reason, project.database.tables(), places.other.tables()) == ("DatabaseMismatch", [], []), result.message
    assert f"comes of the variable {variable}" in result.message
    for elsewhere in ("did not read DATABASE_URL", "env.py names DATABASE_URL", "Secret is wrong"):
        assert elsewhere not in result.message


def _run(project: Project, driver: str, host: str, **asked: Any) -> Result:
    project.line("001")
    return project.run("head", url=project.database.url(project.driver, host=host), **asked)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("by", ["the container", "env.py"])
def test_another_server_by_pghostaddr_is_left_alone(project: Project, places: Places, driver: str, host: str, by: str) -> None:
    project.use(driver)
    if by == "env.py":
        _set_in(project, "PGHOSTADDR", places.address)
    given: dict[str, str | None] = {"PGHOSTADDR": places.address} if by == "the container" else {}
    result = _run(project, driver, places.here(host), environment=given)
    _is_refused(result, project, places, "PGHOSTADDR")
    assert f"connected to {places.address}:{places.port}/{project.database.name}, and that is another" in result.message
    assert ("podTemplate" in result.message) == (by == "the container")
    assert ("take it away there" in result.message) == (by == "env.py")


def test_another_server_by_a_service_is_left_alone(project: Project, places: Places, tmp_path: Path) -> None:
    """psycopg 3 looks the name up itself, and passes over what a service says of it."""
    project.use("psycopg2")
    environment = _service(tmp_path, f"hostaddr={places.address}")
    _is_refused(_run(project, "psycopg2", places.here(), environment=environment), project, places, "PGSERVICE")


@pytest.mark.parametrize("driver", [*DRIVERS, "asyncpg"])
def test_a_port_that_the_url_leaves_out_is_the_one_that_all_take_for_it(project: Project, places: Places, driver: str) -> None:
    project.use(driver)
    # The resource's is at 5432.
    result = _run(project, driver, places.address, environment={"PGPORT": str(places.port)})
    _is_refused(result, project, places, "PGPORT")


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_connection_of_parts_without_a_password_is_led_by_none_either(project: Project, places: Places, driver: str) -> None:
    project.use(driver)
    project.line("001")
    parts = {"hostVariable": "DB_HOST", "nameVariable": "DB_NAME", "userVariable": "DB_USER", "portVariable": "DB_PORT"}
    name = project.database.name
    environment: dict[str, str | None] = {"DB_HOST": "localhost", "DB_PORT": str(places.port), "DB_NAME": name, "DB_USER": name}
    environment |= {"PGPASSWORD": project.database.password, "PGHOSTADDR": places.address}
    database = {"variable": "DATABASE_URL", "connection": parts}
    _is_refused(project.run("head", environment=environment, database=database), project, places, "PGHOSTADDR")


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_sockets_directory_beside_an_address_is_a_name_alone(project: Project, places: Places, driver: str) -> None:
    project.use(driver)
    project.line("001")
    url = project.database.url(project.driver, host="") + f"?host=/nonexistent&port={places.port}"
    result = project.run("head", url=url, environment={"PGHOSTADDR": places.address})
    _is_refused(result, project, places, "PGHOSTADDR")


@pytest.mark.parametrize("driver", DRIVERS)
def test_another_way_to_the_same_database_is_gone(project: Project, driver: str) -> None:
    """As through a proxy of a cloud, to whose address the variable leads."""
    project.use(driver)
    server = project.database.server
    with _listening(server, server) as (port, address):
        result = _run(project, driver, f"localhost:{port}", environment={"PGHOSTADDR": address})
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_of_several_hosts_the_variable_leads_to_none(project: Project, places: Places, driver: str) -> None:
    project.use(driver)
    project.line("001")
    url = project.database.url(project.driver, host="") + f"?host=127.0.0.1:1&host={places.here()}"
    addresses = f"{places.address},{places.address}"
    result = project.run("head", url=url, environment={"PGHOSTADDR": addresses})
    _is_refused(result, project, places, "PGHOSTADDR")
    assert "that is another database" in result.message
    assert project.run("head", url=url).reason == "AtTargetRevision"


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_address_of_the_urls_own_host_costs_no_second_session(project: Project, places: Places, driver: str) -> None:
    project.use(driver)
    project.database.execute(f"ALTER ROLE {project.database.name} CONNECTION LIMIT 1", superuser=True)
    result = _run(project, driver, places.here(), environment={"PGHOSTADDR": "127.0.0.1"})
    assert result.reason == "AtTargetRevision", result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_host_that_the_url_leaves_to_the_driver_comes_of_the_variables(project: Project, places: Places, driver: str) -> None:
    project.use(driver)
    environment: dict[str, str | None] = {"PGHOST": "localhost", "PGPORT": str(places.port)}
    result = _run(project, driver, "", environment=environment)
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_service_that_the_url_names_is_the_resources_own(
    project: Project, places: Places, tmp_path: Path, driver: str
) -> None:
    project.use(driver)
    project.line("001")
    environment = _service(tmp_path, f"host=localhost\nport={places.port}")
    url = project.database.url(project.driver, host="") + "?service=x"
    result = project.run("head", url=url, environment={**environment, "PGSERVICE": None})
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


def test_a_login_that_is_refused_where_a_variable_leads_is_not_the_urls_alone(project: Project) -> None:
    project.use("psycopg")
    project.line("001")
    url = project.database.url("psycopg", password="Wq8x2Zt5")
    result = project.run("head", environment={"DATABASE_URL": url, "PGHOSTADDR": "127.0.0.1"})
    assert result.reason == "AuthenticationFailed"
    assert "That comes of the variable PGHOSTADDR. Correct it" in result.message
    assert "If it is to lead there, correct user and password" in result.message, result.message
