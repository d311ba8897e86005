"""A piece of the login that a driver took for a host, since a character in front of it was not percent-encoded.

Only an edit helps: no network and no server is asked for anything that somebody meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from dbmigration.remedy import RETRY
from dbmigration.report.address import Address, read

if TYPE_CHECKING:
    from dbmigration.course import Endpoint
    from dbmigration.planning.own_database import OwnDatabase
    from dbmigration.state import State

# quote_plus() makes a + of a blank, which SQLAlchemy leaves as it is.
QUOTED = "URL.create(), or quote(part, safe='') of urllib.parse"
QUOTE = f"let env.py use {QUOTED}"
_SIGNS = "@/?#"


def described(said: str, state: State) -> str | None:
    """What happened and what to do; None if that is not what happened."""
    connecting, own = state.course.connecting, state.task.own
    if connecting is None:
        return None
    taken = _taken_from(connecting, own) if own is not None else None
    variable = _variable_with(connecting, state) if taken is None else None
    if taken is None and variable is None and "@" not in connecting.description:
        return None
    # Without the @ it is nothing but a piece of the password, and too short a one to be masked.
    place = f"the server at {connecting.description}" if "@" in connecting.description else "what was taken for a server"
    return f"no connection to {place}: {said}. {_quotation(taken, variable)}"


def _quotation(taken: Address | None, variable: str | None) -> str:
    told = "That host is, or begins with, a piece of the login"
    if variable is not None:
        return f"That host is a piece of the variable {variable}, of which env.py makes a URL without quoting it: {QUOTE}."
    if taken is None:
        return f"{told} in a URL that env.py makes, in which that is not quoted: {QUOTE}."
    signs = [sign for sign in _SIGNS if sign in taken.unescaped]
    instead = " and ".join(f"{sign} as {quote(sign, safe='')}" for sign in signs)
    # Without a stop behind the code, which could be a piece of the password as well, and be masked.
    what = f"{told}, in which {' and '.join(signs)} must be percent-encoded"
    return f"{what}: in the Secret's URL write {instead} instead, and {RETRY}."


def _taken_from(connecting: Endpoint, own: OwnDatabase) -> Address | None:
    """The URL of the resource's in which the host stands in front of the one that its author meant."""
    host = connecting.parameters.get("host")
    if not isinstance(host, str) or not host:
        return None
    for url in own.urls.values():
        meant = read(url)
        login = url.partition("//")[2].rpartition("@")[0]
        whole, _, _ = host.rpartition("@")
        piece = whole if "@" in host else host
        if set(_SIGNS) & set(meant.unescaped) and host not in meant.hosts and piece.lower() in login.lower():
            return meant
    return None


def _variable_with(connecting: Endpoint, state: State) -> str | None:
    """One that is secret and no URL, and has an @ in front of what was taken for the host."""
    host = connecting.parameters.get("host")
    if not isinstance(host, str) or not host:
        return None
    sign = f"@{host.rpartition('@')[0] or host}".lower()
    return next(
        (name for name, value in state.task.secrets.items() if "//" not in value and sign in f"{value}@".lower()),
        None,
    )
