"""A connection that ends behind the login, as where a proxy dies: it is the network's, whatever env.py was about to ask."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.listening import listening
from tests.project import Project

_READY_FOR_QUERY = b"Z\x00\x00\x00\x05"


@pytest.fixture(params=[1, 2, 3, 4])
def dying_proxy(project: Project, request: pytest.FixtureRequest) -> Iterator[str]:
    """Its address; each connection ends with what the server says last of the login, or of one of the first questions."""
    to = urlsplit(project.database.url())

    def serve(client: socket.socket) -> None:
        with client, socket.create_connection((to.hostname, to.port or 5432)) as server:
            threading.Thread(target=forward, args=(client, server), daemon=True).start()
            left = request.param
            while said := server.recv(65536):
                client.sendall(said)
                left -= said.count(_READY_FOR_QUERY)
                if left <= 0:
                    client.shutdown(socket.SHUT_RDWR)
                    return

    def forward(client: socket.socket, server: socket.socket) -> None:
        try:
            while asked := client.recv(65536):
                server.sendall(asked)
        except OSError:
            # The other direction has ended both.
            return

    with listening(serve) as address:
        yield address


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg", "psycopg, asynchronously"])
def test_a_connection_that_ends_behind_the_login_is_tried_again(project: Project, dying_proxy: str, driver: str) -> None:
    project.use(driver)
    project.line("001")
    url = project.database.url(project.driver, host=dying_proxy)
    result = project.run("head", environment={"DATABASE_URL": url})
    assert result.reason in ("DatabaseUnreachable", "ConnectionLost"), result.message
    assert "env.py failed" not in result.message
