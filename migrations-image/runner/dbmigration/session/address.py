"""Where a connection leads, by the driver's own word: an engine's URL says only what somebody asked for."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dbmigration.planning.database_url import Address
from dbmigration.session.session import driver_connection, raw_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

# In what SQLAlchemy keeps about a connection, for a driver that forgets it.
KEY = "dbmigration.address"


def asked_for(parameters: Mapping[str, Any]) -> Address | None:
    """By what a driver is given to connect with."""
    if any(parameters.get(name) for name in ("hostaddr", "service", "dsn", "unix_sock", "sock")):
        return None
    return Address.of(parameters.get("host"), parameters.get("port"))


def address_of(connection: Connection) -> Address | None:
    """None where that is not known."""
    driver = driver_connection(raw_of(connection))
    info: Any = getattr(driver, "info", None)
    if hasattr(info, "host"):  # psycopg, psycopg2
        return Address.of(info.host, info.port) if _is_at(info.host, _numeric(info)) else None
    place = getattr(driver, "_addr", None)
    if isinstance(place, tuple):  # asyncpg
        return Address.of(place[0], place[1])
    if isinstance(place, str):
        directory, _, file = place.rpartition("/")
        return Address.of(directory, file.rpartition(".")[2])
    noted: Address | None = connection.info.get(KEY)  # pg8000
    return noted


def _numeric(info: Any) -> str:
    """The address that libpq connected to, or was told to by a `hostaddr` from anywhere; empty where it does not say."""
    try:
        told = getattr(info, "hostaddr", None) or getattr(info, "dsn_parameters", {}).get("hostaddr")
    except Exception:
        # An older libpq does not know.
        return ""
    return str(told or "")


def _is_at(host: str, numeric: str) -> bool:
    """Whether the name leads there: libpq's host is what was asked for, and beside a `hostaddr` no more than a name."""
    if not numeric or host.startswith("/") or host == numeric:
        return True
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return numeric in {str(place[0]) for *_, place in found}
