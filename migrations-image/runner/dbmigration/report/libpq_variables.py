"""Variables of libpq in the environment, which decide where neither the URL nor env.py says anything.

Whoever looks for what is wrong in the URL does not find it there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dbmigration.remedy import RETRY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dbmigration.state import State

# Of the options whose variable is not called as they are, without their underscores.
_IRREGULAR = {"dbname": "PGDATABASE", "application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT"}
# What another driver calls the same, or what has it among other things.
_ALSO = {"dbname": ("database",), "sslmode": ("ssl",), "options": ("server_settings",)}
_OF_ASYNCPG = (
    "host",
    "port",
    "user",
    "password",
    "passfile",
    "dbname",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslcrl",
)
# Of the parameters of the server that libpq sends along.
_PARAMETERS = {"datestyle": "PGDATESTYLE", "timezone": "PGTZ", "client_encoding": "PGCLIENTENCODING", "geqo": "PGGEQO"}
_MAY_HOLD_IT = ("dsn", "service")
# What a server or libpq says that comes of an option which it does not name in quotes.
_SIGNS = {
    "GSSAPI encryption": "gssencmode",
    "channel binding": "channel_binding",
    "authentication method requirement": "require_auth",
    "requirepeer": "requirepeer",
    "did not request an SSL certificate": "sslcertmode",
    '"min_protocol_version"': "min_protocol_version",
    "SSL protocol version range": "ssl_max_protocol_version",
    "sslnegotiation=direct": "sslnegotiation",
    "sslrootcert=system": "sslrootcert",
    "does not support SSL": "sslmode",
    "rejected SSL upgrade": "sslmode",
    "refuses SSL": "sslmode",
    "unsupported protocol": "ssl_min_protocol_version",
    "alert protocol version": "ssl_max_protocol_version",
    "server is in hot standby mode": "target_session_attrs",
    "server is not in hot standby mode": "target_session_attrs",
    "session is read-only": "target_session_attrs",
    "session is not read-only": "target_session_attrs",
}


def deciding(option: str, state: State) -> str | None:
    """The variable from which a connection has this option; None if it has it from elsewhere."""
    connecting = state.course.connecting
    if connecting is None or not _reads(connecting.driver, option):
        return None
    return _set_for(option, connecting.parameters, state)


def place(option: str, state: State) -> str | None:
    """What to correct, as a sentence; None where it is not in the environment."""
    variable = deciding(option, state)
    return None if variable is None else correction(variable)


def correction(variable: str) -> str:
    where = "in the container migration of spec.podTemplate (env, envFrom) or in the image (ENV)"
    # A colon behind PGPASSWORD would make a password of the next word.
    return f"That comes of the variable {variable}. Correct it, or take it away, {where}; or {RETRY}, if it is a Secret's."


def detours(state: State, before: Mapping[str, str | None]) -> dict[str, str]:
    """What to correct, by each option that leads a connection elsewhere than to the host that it asks for, and that it has from
    a variable. One that was another in `before`, when the project's code had not begun, is not the container's."""
    given = state.course.given
    if not given.get("host"):
        return {}
    found = {option: deciding(option, state) for option in ("hostaddr", "port", "service")}
    if not given.get("port"):
        found["port"] = found["port"] or found["service"]
    return {option: _told(variable, before) for option, variable in found.items() if variable is not None}


def _told(variable: str, before: Mapping[str, str | None]) -> str:
    if os.environ.get(variable) == before.get(variable):
        return correction(variable)
    return f"That comes of the variable {variable}, which env.py, or what it imports or reads, has set: take it away there."


def behind(said: str, state: State) -> str | None:
    """The same, of the option that words like these come of."""
    found = (place(option, state) for sign, option in _SIGNS.items() if sign in said)
    return next(filter(None, found), None)


def of_parameter(said: str, state: State) -> str | None:
    """The same, of a parameter of the server that has its value from a variable of its own."""
    connecting = state.course.connecting
    name = said.partition('parameter "')[2].partition('"')[0].lower()
    variable = _PARAMETERS.get(name)
    if variable is None or connecting is None or not _reads(connecting.driver, name) or connecting.parameters.get(name):
        return None
    value = os.environ.get(variable)
    # Of geqo the server does not repeat it.
    return correction(variable) if value and (f'"{value}"' in said or name == "geqo") else None


def leading(state: State) -> str | None:
    """Which variable says where a connection leads: an address counts for more than a name."""
    options = ("hostaddr", "host", "service", "port")
    return next(filter(None, (deciding(option, state) for option in options)), None)


def setting(name: str, driver: str) -> str | None:
    """The variable that sets this parameter of the server for each session, if it does."""
    variable = "PGOPTIONS"
    return variable if driver.startswith("psycopg") and name in os.environ.get(variable, "") else None


def _reads(driver: str, option: str) -> bool:
    return driver.startswith("psycopg") or (driver == "asyncpg" and option in _OF_ASYNCPG)


def _set_for(option: str, given: Mapping[str, object], state: State) -> str | None:
    variable = _IRREGULAR.get(option) or f"PG{option.upper().replace('_', '')}"
    if not os.environ.get(variable):
        return None
    if any(given.get(name) for name in (option, *_ALSO.get(option, ()), *_MAY_HOLD_IT)):
        return None
    return None if _is_of_the_resource(variable, state) else variable


def _is_of_the_resource(variable: str, state: State) -> bool:
    """By spec.database.certificates, which the runner hands on in these variables."""
    database = state.task.request.database if state.task.request is not None else None
    certificates = database.certificates if database is not None else None
    if certificates is None:
        return False
    value = os.environ.get(variable)
    if variable == "PGSSLMODE":
        return bool(certificates.ca) and value == "verify-full" and os.environ.get("PGSSLROOTCERT") == certificates.ca
    if variable == "PGSSLKEY":
        return os.environ.get("PGSSLCERT") == certificates.client
    return value in (certificates.ca, certificates.client)
