"""A connection that env.py opens by a driver itself, as a `creator` of an engine or a wait for the database does.

No engine tells that it is being opened: where the error comes from does.
"""

from __future__ import annotations

from dbmigration.planning.place import frames, is_of_the_project

# The packages of the drivers, with the functions that open a connection.
_DRIVERS = {
    "psycopg": ("connect",),
    "psycopg2": ("connect",),
    "pg8000": ("connect", "__init__"),
    "asyncpg": ("connect", "_connect"),
}
# By what a driver says that there is no connection. What it cannot be asked for at all, it says otherwise.
_NAMES = frozenset({"OperationalError", "InterfaceError", "DatabaseError", "ConnectionTimeout"})

# Of SQLAlchemy, by the end of the file: where the hooks do_connect and connect are called, and a creator; and the driver.
_SITES = (("sqlalchemy/engine/create.py", "connect"), ("sqlalchemy/pool/base.py", "__connect"))
_TO_THE_DRIVER = ("sqlalchemy/engine/default.py", "connect")


def failed(causes: list[BaseException], sqlstate: str | None) -> bool:
    return any(_says_so(cause, sqlstate) and _is_of_connecting(cause) for cause in causes)


def _says_so(cause: BaseException, sqlstate: str | None) -> bool:
    return sqlstate is not None or isinstance(cause, OSError) or bool(_NAMES & {kind.__name__ for kind in type(cause).__mro__})


def _is_of_connecting(cause: BaseException) -> bool:
    return any(map(_is_connecting, frames(cause)))


def _is_connecting(frame: tuple[str, int, str]) -> bool:
    """Whether it is of a driver that opens a connection."""
    file, _, function = frame
    package = _package_of(file)
    return package is not None and function in _DRIVERS[package]


def _is_of_a_driver(cause: BaseException) -> bool:
    return any(kind.__module__.split(".")[0] in _DRIVERS for kind in type(cause).__mro__)


def has_spoken(causes: list[BaseException]) -> bool:
    """Whether a driver that env.py has asked by itself has said anything."""
    return failed(causes, None) or any(map(_is_of_a_driver, causes))


def is_before_the_driver(causes: list[BaseException]) -> bool:
    """Whether it was raised by a hook, a creator or a password of env.py's, as SQLAlchemy was about to connect."""
    return not any(map(_is_of_a_driver, causes)) and any(map(_passed_by, causes))


def _passed_by(cause: BaseException) -> bool:
    found = frames(cause)
    site = max((place for place, frame in enumerate(found) if any(_is(frame, site) for site in _SITES)), default=None)
    if site is None:
        return False
    behind = found[site + 1 :]
    driver = [place for place, frame in enumerate(behind) if _is(frame, _TO_THE_DRIVER) or _is_connecting(frame)]
    if not driver:
        # What SQLAlchemy asks of a new connection by itself fails in the driver.
        others = [file for file, _, _ in behind if "sqlalchemy/" not in file]
        return bool(others) and _package_of(others[0]) is None
    return any(is_of_the_project(file) for file, _, _ in behind[driver[-1] + 1 :])


def _is(frame: tuple[str, int, str], site: tuple[str, str]) -> bool:
    file, _, function = frame
    return file.endswith(site[0]) and function == site[1]


def _package_of(file: str) -> str | None:
    return next((part for part in reversed(file.split("/")[:-1]) if part in _DRIVERS), None)
