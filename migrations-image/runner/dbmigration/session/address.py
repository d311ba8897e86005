"""Where a connection leads, by the driver's own word: an engine's URL says only what somebody asked for."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dbmigration.planning.database_url import Address
from dbmigration.session.session import driver_connection, raw_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from dbmigration.planning.own_database import OwnDatabase

# In what SQLAlchemy keeps about a connection: the address that was asked for, which pg8000 forgets, and what to correct where
# a variable of libpq leads it elsewhere.
KEY = "dbmigration.address"
LED = "dbmigration.led"


def asked_for(parameters: Mapping[str, Any]) -> Address | None:
    """By what a driver is given to connect with."""
    if any(parameters.get(name) for name in ("hostaddr", "service", "dsn", "unix_sock", "sock")):
        return None
    host = parameters.get("host")
    # Of several the driver takes the one that answers.
    return None if isinstance(host, str) and "," in host else Address.of(host, parameters.get("port"))


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
    noted: Address | None = connection.info.get(KEY)
    # Of another driver over libpq that would be no more than what it was asked for.
    return noted if type(driver).__module__.startswith("pg8000") else None


def description(connection: Connection, address: Address | None) -> str:
    """For a person: the address that was reached, where that of the name is another one."""
    info: Any = getattr(driver_connection(raw_of(connection)), "info", None)
    reached = Address.of(_numeric(info), info.port) if address is None and hasattr(info, "host") else address
    return str(reached or "a server of which the driver does not tell the address")


def led_by(connection: Connection, address: Address | None, own: OwnDatabase) -> str | None:
    """What to correct, as a sentence, where env.py asked for the resource's server and a variable of libpq led elsewhere."""
    if own.is_elsewhere(connection.info.get(KEY)):
        return None
    noted: Mapping[str, str] = connection.info.get(LED, {})
    # Where the host is the one that was reached, that was no other address.
    options = ("port",) if address is not None else ("hostaddr", "service")
    return next((noted[option] for option in options if option in noted), None)


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
    if not numeric or host == numeric:
        return True
    if host.startswith("/"):
        return False
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return numeric in {str(place[0]) for *_, place in found}
