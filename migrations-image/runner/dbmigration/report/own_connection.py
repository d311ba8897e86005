"""A connection that env.py opens by a driver itself, as a `creator` of an engine or a wait for the database does.

No engine tells that it is being opened: where the error comes from does.
"""

from __future__ import annotations

from dbmigration.planning.place import frames

# The packages of the drivers, with the functions that open a connection.
_DRIVERS = {
    "psycopg": ("connect",),
    "psycopg2": ("connect",),
    "pg8000": ("connect", "__init__"),
    "asyncpg": ("connect", "_connect"),
}
# By what a driver says that there is no connection. What it cannot be asked for at all, it says otherwise.
_NAMES = frozenset({"OperationalError", "InterfaceError", "DatabaseError", "ConnectionTimeout"})


def failed(causes: list[BaseException], sqlstate: str | None) -> bool:
    return any(_says_so(cause, sqlstate) and _is_of_connecting(cause) for cause in causes)


def _says_so(cause: BaseException, sqlstate: str | None) -> bool:
    return sqlstate is not None or isinstance(cause, OSError) or bool(_NAMES & {kind.__name__ for kind in type(cause).__mro__})


def _is_of_connecting(cause: BaseException) -> bool:
    for file, _, function in frames(cause):
        package = next((part for part in reversed(file.split("/")[:-1]) if part in _DRIVERS), None)
        if package is not None and function in _DRIVERS[package]:
            return True
    return False
