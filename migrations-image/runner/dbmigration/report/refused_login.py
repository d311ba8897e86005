"""Whose password it was that a server refused: the resource's, or what env.py made of it. None of it is shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

from dbmigration.planning.database_url import readable
from dbmigration.remedy import RETRY
from dbmigration.report import libpq_variables, parts
from dbmigration.report.address import is_reference, read
from dbmigration.report.misreading import QUOTED

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from dbmigration.state import State

# What str() of a URL has in its place.
_HIDDEN = "***"
_NONE = "None"
_REFERENCE = "reference that nobody has replaced: write the value itself"
# Not by the name of its argument, which a mask would take for the beginning of a password.
_SHOWN = "let it hand on the URL itself, or url.render_as_string(False)"


def remedy(said: str, state: State) -> str:
    if "certificate" in said and not _names_a_certificate(state):
        return (
            "It wants a certificate, and the resource names none: name one in spec.database.certificates.client, of which the "
            "common name is the role's; or let pg_hba.conf of the server ask for a password."
        )
    if "certificate" in said:
        certificate = "Correct the certificate in spec.database.certificates.client, whose common name is to be the role's"
        return f"{certificate}; if that is right, see pg_hba.conf of the server."
    if "is not permitted to log in" in said:
        place = "spec.database.connection" if parts.are_named(state) else "the Secret"
        return f"Permit it (ALTER ROLE … LOGIN), or name another role in {place}; then {RETRY}."
    variables = (libpq_variables.deciding(option, state) for option in ("user", "password", "passfile"))
    variable = next(filter(None, variables), None) if not _is_passed(state) else libpq_variables.deciding("user", state)
    if variable is not None:
        return libpq_variables.correction(variable)
    another = of_another_user(state)
    if another:
        return another
    passwords = _passwords(state)
    if state.course.connecting is not None and passwords is not None:
        given = state.course.connecting.parameters.get("password") or ""
        if given not in passwords:
            return _of_another(given, [password for password in passwords if password], _name(state))
    place = "of spec.database.connection" if parts.are_named(state) else "in the Secret"
    if state.course.connecting is None and "%" in "".join(_written(state)):
        return (
            f"env.py connects by a driver itself: if it takes the URL of {_name(state)} apart, unquote() of urllib.parse makes "
            f"one character of each % with its digits. Otherwise correct user and password {place}."
        )
    correct = f"Correct user and password {place}; if that is right, see pg_hba.conf of the server.{_hint(state)}"
    leading = next(filter(None, (libpq_variables.deciding(option, state) for option in ("hostaddr", "service"))), None)
    if leading is None:
        return correct
    there = f"Where the connection leads is not said by the URL alone. {libpq_variables.correction(leading)}"
    return f"{there} If it is to lead there, c{correct[1:]}"


def of_another_user(state: State) -> str:
    """Where env.py logs in as another one than the resource names; empty where it does not, or that cannot be told."""
    own, given = state.task.own, state.course.given.get("user")
    named = [url.username for url in _urls(state) or () if url.username]
    if own is None or not isinstance(given, str) or not given or not named or given in named:
        return ""
    if given == _NONE:
        return (
            f'env.py logs in as "{_NONE}", which Python makes of a variable that is not set: give it to the container '
            f"migration of spec.podTemplate (env), or let env.py connect as {_name(state)} says."
        )
    users = " or ".join(f'"{name}"' for name in dict.fromkeys(named))
    return (
        f'env.py logs in as "{given}", and the user of {_name(state)} is {users}. If that is meant, see what it logs in with, '
        f"and pg_hba.conf of the server; otherwise {own.remedy}."
    )


def _is_passed(state: State) -> bool:
    """A password that a driver was given counts, whatever the environment has."""
    return state.course.connecting is not None and bool(state.course.connecting.parameters.get("password"))


def _passwords(state: State) -> list[str] | None:
    """Of the resource's URLs; None where one cannot be read."""
    urls = _urls(state)
    return [str(url.password or "") for url in urls] if urls else None


def _urls(state: State) -> list[URL] | None:
    """The resource's; None where one cannot be read."""
    urls = [readable(text) for text in _written(state)]
    found = [url for url in urls if url is not None]
    return found if len(found) == len(urls) else None


def _written(state: State) -> list[str]:
    return list(state.task.own.urls.values()) if state.task.own is not None else []


def _of_another(given: object, passwords: list[str], name: str) -> str:
    if not given:
        return f"env.py logs in without the password of {name}: see what becomes of it on the way to the driver."
    return f"env.py logs in with another password than the one of {name}: {_what_became_of_it(given, passwords)}."


def _what_became_of_it(given: object, passwords: list[str]) -> str:
    if given == _HIDDEN:
        return f"str(url) hides it: {_SHOWN}"
    if isinstance(given, str):
        if given.strip() in [password.strip() for password in passwords]:
            return "there is white space around it, such as the newline of an `echo`, which strip() takes away"
        if is_reference(given):
            return f"it is a {_REFERENCE}"
        if given.strip("'\"") in passwords:
            return "there are quotes around it, which a file or a Secret keeps as they are: take them away there"
        if given in map(unquote, passwords):
            return f"in the URL that env.py makes a % of it is not quoted: {QUOTED}"
        if given in [password.replace(" ", "+") for password in passwords]:
            return f"quote_plus() makes a + of each blank, which stays one: {QUOTED}"
        if any(decode(given) in passwords for decode in (unquote, unquote_plus)):
            return "it is quoted twice, or where nobody takes the quotes away, as in URL.create() and connect_args"
    return (
        "if it makes a token or has a password of its own, that one was refused; otherwise see what becomes of it: str(url) "
        f"hides it (url.render_as_string(False) does not), and in a URL that is made of parts it has to be quoted ({QUOTED})"
    )


def _hint(state: State) -> str:
    """Of a password that is yet to be filled in, or a % in the Secret's URL, which is not what it looks like."""
    if any(map(is_reference, _passwords(state) or ())):
        return f" What stands for the password there is a {_REFERENCE}."
    if state.task.own is None or parts.are_named(state):
        return ""
    for url in map(read, state.task.own.urls.values()):
        if "%" in url.unescaped:
            return " The password there has a % without two hexadecimal digits behind it: write %25 for each % of its own."
        if "%" in url.password:
            return " A % and two hexadecimal digits stand for one character there: write %25 for a % of the password itself."
    return ""


def _name(state: State) -> str:
    if parts.are_named(state):
        return "spec.database.connection"
    return " and ".join(state.task.own.urls) if state.task.own is not None else ""


def _names_a_certificate(state: State) -> bool:
    """Or the connection was given one by the image."""
    database = state.task.request.database if state.task.request is not None else None
    has_client = database is not None and database.certificates is not None and database.certificates.client is not None
    return has_client or bool(state.course.given.get("sslcert")) or "PGSSLCERT" in os.environ
