"""How the resource names its database: by the variable that has its URL, or those that have the parts of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dbmigration.planning import choices
from dbmigration.planning.document import one_of, refuse_missing, refuse_unknown, value_of


class Connection(NamedTuple):
    """The variables of the environment that have the parts of the database's URL, where no variable has it as a whole."""

    host_variable: str
    name_variable: str
    user_variable: str
    port_variable: str | None = None
    password_variable: str | None = None
    driver: str | None = None

    def variables(self) -> list[tuple[str, str]]:
        """By part, of those that there are."""
        found = {
            "host": self.host_variable,
            "name": self.name_variable,
            "user": self.user_variable,
            "port": self.port_variable,
            "password": self.password_variable,
        }
        return [(part, variable) for part, variable in found.items() if variable]


class Certificates(NamedTuple):
    """Files of the container, in PEM."""

    ca: str | None = None
    """Of those that the server's certificate has to be signed by."""
    client: str | None = None
    """By which the role logs in."""
    client_key: str | None = None


class Database(NamedTuple):
    """How the resource names its database."""

    variable: str
    """Of the environment, with the URL: the Secret's, or the one that is made of the connection's parts."""
    connection: Connection | None = None
    certificates: Certificates | None = None
    unverified: str = choices.FORBID
    """Whether one is migrated of which nobody can tell whether it is that one."""


def database_of(document: Mapping[str, Any]) -> Database | None:
    if not document:
        return None
    refuse_unknown(document, Database, "database.")
    refuse_missing(document, "database.", "variable")
    return Database(
        variable=value_of(document, "variable", str, ""),
        connection=_connection(value_of(document, "connection", dict, {})),
        certificates=_certificates(value_of(document, "certificates", dict, {})),
        unverified=one_of(document, "unverified", choices.FORBID, choices.ALLOW),
    )


def _connection(document: Mapping[str, Any]) -> Connection | None:
    if not document:
        return None
    refuse_unknown(document, Connection, "database.connection.")
    refuse_missing(document, "database.connection.", "hostVariable", "nameVariable", "userVariable")
    return Connection(
        host_variable=value_of(document, "hostVariable", str, ""),
        name_variable=value_of(document, "nameVariable", str, ""),
        user_variable=value_of(document, "userVariable", str, ""),
        port_variable=value_of(document, "portVariable", str, None),
        password_variable=value_of(document, "passwordVariable", str, None),
        driver=value_of(document, "driver", str, None),
    )


def _certificates(document: Mapping[str, Any]) -> Certificates | None:
    if not document:
        return None
    refuse_unknown(document, Certificates, "database.certificates.")
    return Certificates(
        ca=value_of(document, "ca", str, None),
        client=value_of(document, "client", str, None),
        client_key=value_of(document, "clientKey", str, None),
    )
