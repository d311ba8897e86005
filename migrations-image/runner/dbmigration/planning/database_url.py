"""A SQLAlchemy URL as the Secret has it: which database it names, without a word of who logs in there."""

from __future__ import annotations

import contextlib
import ipaddress
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

DEFAULT_PORT = 5432
_LOCAL = ("localhost", "127.0.0.1", "::1")
# Of Unicode's white space these count as none for the operator, whose words for the rest are String.strip().
_NO_SPACE = frozenset("\x85\xa0\u2007\u202f")
# Where these stand, the driver goes where they say.
_DECIDED_ELSEWHERE = ("hostaddr", "service", "servicefile", "dsn", "unix_sock")


class Address(NamedTuple):
    """Where a server listens, however that is written; a host that begins with / is the directory of a socket."""

    host: str
    port: int

    @staticmethod
    def of(host: object, port: object) -> Address | None:
        """None if it does not say where."""
        if not isinstance(host, str) or not host.strip("[]. "):
            return None
        try:
            number = int(str(port)) if port not in (None, "") else DEFAULT_PORT
        except ValueError:
            return None
        return Address(_one_form(host), number)

    @property
    def is_a_directory(self) -> bool:
        """In which the server's socket is."""
        return self.host.startswith("/")

    @property
    def is_in_the_pod(self) -> bool:
        return self.is_a_directory or self.host == "localhost"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _one_form(host: str) -> str:
    if host.startswith("/"):
        return os.path.normpath(host)
    host = host.strip("[] ").lower().rstrip(".")
    # Unless it is a name.
    with contextlib.suppress(ValueError):
        host = str(ipaddress.ip_address(host))
    return "localhost" if host in _LOCAL else host


class Named(NamedTuple):
    """The database that a URL names."""

    addresses: tuple[Address, ...]
    """Of several the driver takes the one that answers. None at all where the driver's own settings say it."""
    database: str | None

    def is_at(self, address: Address | None, database: str) -> bool:
        """Whether that is one of these, by name alone: the same database may have another name as well."""
        return address is not None and address in self.addresses and database == self.database

    def __str__(self) -> str:
        where = ",".join(map(str, self.addresses)) or "the driver's default host"
        return f"{where}/{self.database or ''}"


def bare(text: str) -> str:
    """Without the white space around it, such as the newline of an `echo`: the operator reads it without that, too."""
    start, end = 0, len(text)
    while start < end and _is_space(text[start]):
        start += 1
    while start < end and _is_space(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_space(character: str) -> bool:
    return character.isspace() and character not in _NO_SPACE


def readable(text: str) -> URL | None:
    """The URL taken apart; None if it is not of SQLAlchemy's form, or if parts of a password would count as host or name."""
    text = _in_known_words(bare(text))
    if text.count("@") > 1:
        return None
    # Where one port stands behind several hosts, it is that of all of them, as SQLAlchemy hands them to libpq.
    url = _made(text)
    if url is None:
        text = _with_one_port(text)
        url = _made(text)
    return None if url is None or ("@" in text and url.username is None) else url


def hosts_as_options(text: str) -> str | None:
    """Of a form with a port behind each host, which libpq reads and SQLAlchemy does not: what it reads, behind the ?."""
    text = _in_known_words(bare(text))
    made = _with_one_port(text)
    if made == text or _made(text) is not None:
        return None
    options = [option for option in made.partition("?")[2].split("&") if option.startswith("host=")]
    # Whatever else stands behind a colon may be a piece of a password.
    is_of_ports = all(port.isdigit() for option in options for port in option.split(":")[1:])
    return "&".join(options) if is_of_ports else None


def _made(text: str) -> URL | None:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        return None


def named_by(text: str) -> Named | None:
    """None if the URL cannot be read."""
    url = readable(text)
    if url is None or url.get_backend_name() != "postgresql":
        return None
    query = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in url.query.items()}
    last = {name: values[-1] for name, values in query.items()}
    database = last.get("dbname") or last.get("database") or url.database
    if any(name in query for name in _DECIDED_ELSEWHERE):
        return Named((), database)
    found = list(_addresses(url, query.get("host", ()), last.get("port")))
    return Named(tuple(a for a in found if a is not None) if all(found) else (), database)


def _addresses(url: URL, hosts: tuple[str, ...], ports: str | None) -> Iterator[Address | None]:
    names = ",".join(hosts or (unquote(url.host or ""),)).split(",")
    numbers = ports.split(",") if ports else [str(url.port or "")]
    numbers = numbers * len(names) if len(numbers) == 1 else numbers
    if len(numbers) != len(names):
        yield None
        return
    for name, number in zip(names, numbers):
        # An option may hold both; an address of version 6 has more colons, and no port there.
        host, _, port = name.partition(":") if hosts and name.count(":") == 1 else (name, "", "")
        yield Address.of(host, port or number)


def _in_known_words(text: str) -> str:
    """SQLAlchemy no longer knows the scheme `postgres`, which many a Secret has."""
    scheme, separator, rest = text.partition("://")
    dialect, plus, driver = scheme.partition("+")
    return f"postgresql{plus}{driver}{separator}{rest}" if dialect == "postgres" else text


def _with_one_port(text: str) -> str:
    """libpq's `//one:5432,two:5433/name`, which SQLAlchemy takes as options alone: `//name?host=one:5432&host=two:5433`."""
    scheme, separator, rest = text.partition("://")
    user, at, place = rest.rpartition("@")
    hosts, slash, name = place.partition("/")
    if not separator or "," not in hosts or ":" not in hosts or "?" in hosts:
        return text
    name, mark, query = name.partition("?")
    options = "&".join([f"host={quote(host, safe=':')}" for host in hosts.split(",")] + [query] * bool(mark and query))
    return f"{scheme}://{user}{at}{slash or '/'}{name}?{options}"
