"""A connection that the resource names in parts, each in a variable of the environment: the URL that is made of them."""

from __future__ import annotations

import ipaddress
import os
import string
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from dbmigration.planning.named_database import Connection
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal

_OF_A_HOST = frozenset(string.ascii_letters + string.digits + "-._")
_LAST_PORT = 65535


@dataclass(frozen=True)
class Parts:
    """What the variables have."""

    host: str
    name: str
    user: str
    port: str | None = None
    password: str | None = None
    driver: str | None = None
    """None where the image decides."""

    @staticmethod
    def of(connection: Connection, environment: MutableMapping[str, str]) -> Parts:
        """What whoever made a Secret left around a value, such as the newline of an `echo`, is taken away there, too."""

        def value(part: str, variable: str) -> str:
            found = environment.get(variable, "")
            # A password may well begin or end with a space.
            clean = found.strip("\r\n") if part == "password" else found.strip()
            if not clean:
                raise _refusal(part, f"has no value: the variable {variable} is empty or not set")
            if part != "password" and len(clean.splitlines()) > 1:
                raise _refusal(part, "has several lines: write it alone, on one line and without a comment beside it")
            environment[variable] = clean
            return clean

        values = {part: value(part, variable) for part, variable in connection.variables()}
        made = Parts(**values, driver=connection.driver)
        return replace(made, host=_host(made.host), port=made.port and _port(made.port))

    def url(self, driver: str | None) -> str:
        """Of SQLAlchemy's form, which libpq reads as well but for the driver."""
        scheme = f"postgresql+{driver}" if driver else "postgresql"
        login = _encoded(self.user) + (f":{_encoded(self.password)}" if self.password else "")
        port = f":{self.port}" if self.port else ""
        if self.host.startswith("/"):
            place, options = "", f"?host={_encoded(self.host)}" + (f"&port={self.port}" if self.port else "")
        else:
            place, options = f"{self.host}{port}", ""
        # SQLAlchemy takes a database's name as it stands before version 2.1, and decodes it since then.
        for name in (_encoded(self.name), self.name):
            url = f"{scheme}://{login}@{place}/{name}{options}"
            if _database_of(url) == self.name:
                return url
        raise _refusal(
            "name", "has characters that a URL cannot hold for this SQLAlchemy; one of version 2.1 or later can, or rename it"
        )


def _host(text: str) -> str:
    """As it stands in a URL. It is not shown: after a mistake it may be another value of the same Secret."""
    if text.startswith("/") or set(text) <= _OF_A_HOST:
        return text
    try:
        return f"[{ipaddress.IPv6Address(text.strip('[]'))}]"
    except ValueError:
        raise _refusal("host", f"is no name or address alone. {_remedy_of_host(text)}") from None


def _remedy_of_host(text: str) -> str:
    if "://" in text:
        return "It is a URL: let spec.database.secretRef name its key, in place of connection"
    if any(map(str.isspace, text)):
        return "It has white space in its middle: take that out"
    if set(text) & set("@/?#"):
        return "It has more than a host: take a key that has the host alone"
    if "," in text:
        return "Several hosts need a whole URL, in a key that spec.database.secretRef names"
    if ":" in text:
        return "Write the port in port, and take a key that has the host without it"
    return "It has a character that the name of no host has, such as quotes around it"


def _port(text: str) -> str:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _LAST_PORT):
        raise _refusal("port", f"is no number up to {_LAST_PORT}")
    return text


def _encoded(text: str) -> str:
    # An environment may hold what is no UTF-8.
    return quote(os.fsencode(text), safe="")


def _database_of(url: str) -> str | None:
    from sqlalchemy.engine import make_url

    return make_url(url).database


def _refusal(part: str, what: str) -> Refusal:
    message = f"the {part} of spec.database.connection {what}. Correct it there, or in the Secret or ConfigMap that it names."
    return Refusal(CONFIGURATION_ERROR, message)
