"""The transaction of the server's that is open on a connection of a driver, which may end it past SQLAlchemy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbmigration.session.session import driver_connection, query
from dbmigration.sql.quote import literal

if TYPE_CHECKING:
    from dbmigration.session.session import Ask

UNSEEN = "whatever it did by the driver's connection before it was committed there, by commit() or by `with`"
# As libpq numbers it.
_IDLE = 0


def number(raw: Any) -> str | None:
    """None as long as nothing was written in it."""
    found = query(raw, "SELECT pg_catalog.txid_current_if_assigned()::pg_catalog.text")[0][0]
    return None if found is None else str(found)


def is_idle(raw: Any) -> bool:
    """Whether there is none, as the driver was told with the last answer."""
    connection = driver_connection(raw)
    if hasattr(connection, "is_in_transaction"):  # asyncpg
        return not connection.is_closed() and not connection.is_in_transaction()
    if hasattr(connection, "info"):  # psycopg 3, psycopg2
        return bool(connection.info.transaction_status == _IDLE)
    return getattr(connection, "_transaction_status", None) == b"I"  # pg8000


def was_committed(ask: Ask, transaction: str) -> bool:
    """Of one that has ended."""
    status = f"SELECT pg_catalog.txid_status({literal(transaction)}::pg_catalog.int8)"
    return bool(ask(status)[0][0] == "committed")
