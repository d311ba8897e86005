"""Whose password it was that a server refused: the resource's, or what env.py made of it. None of it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

from dbmigration.planning.database_url import readable
from dbmigration.remedy import RETRY
from dbmigration.report import libpq_variables
from dbmigration.report.address import read

if TYPE_CHECKING:
    from dbmigration.planning.named_database import Database
    from dbmigration.state import State

# What str() of a URL has in its place.
_HIDDEN = "***"
# Not by the name of its argument, which a mask would take for the beginning of a password.
_SHOWN = "let it hand on the URL itself, or url.render_as_string(False)"


def remedy(said: str, state: State) -> str:
    if "certificate" in said:
        certificate = "Correct the certificate in spec.database.certificates.client, whose common name is to be the role's"
        return f"{certificate}; if that is right, see pg_hba.conf of the server."
    if "is not permitted to log in" in said:
        place = "spec.database.connection" if _is_in_parts(state) else "the Secret"
        return f"Permit it (ALTER ROLE … LOGIN), or name another role in {place}; then {RETRY}."
    variables = (libpq_variables.deciding(option, state) for option in ("user", "password", "passfile"))
    variable = next(filter(None, variables), None) if not _is_passed(state) else libpq_variables.deciding("user", state)
    if variable is not None:
        return libpq_variables.correction(variable)
    passwords = _passwords(state)
    if state.course.connecting is not None and passwords is not None:
        given = state.course.connecting.parameters.get("password") or ""
        if given not in passwords:
            return _of_another(given, [password for password in passwords if password], _name(state))
    place = "of spec.database.connection" if _is_in_parts(state) else "in the Secret"
    return f"Correct user and password {place}; if that is right, see pg_hba.conf of the server.{_escapes(state)}"


def _is_passed(state: State) -> bool:
    """A password that a driver was given counts, whatever the environment has."""
    return state.course.connecting is not None and bool(state.course.connecting.parameters.get("password"))


def _passwords(state: State) -> list[str] | None:
    """Of the resource's URLs; None where one cannot be read."""
    urls = [readable(text) for text in state.task.own.urls.values()] if state.task.own is not None else []
    found = [str(url.password or "") for url in urls if url is not None]
    return found if found and len(found) == len(urls) else None


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
        if given in map(unquote, passwords):
            return "in the URL that env.py makes a % of it is not quoted: quote_plus() of urllib.parse, or URL.create()"
        if any(decode(given) in passwords for decode in (unquote, unquote_plus)):
            return "it is quoted twice, or where nobody takes the quotes away, as in URL.create() and connect_args"
    return (
        "if it makes a token or has a password of its own, that one was refused; otherwise see what becomes of it: str(url) "
        "hides it (url.render_as_string(False) does not), and in a URL that is made of parts it has to be quoted "
        "(quote_plus() of urllib.parse, or URL.create())"
    )


def _escapes(state: State) -> str:
    """Of a % in the Secret's URL, which is not what it looks like."""
    if state.task.own is None or _is_in_parts(state):
        return ""
    for url in map(read, state.task.own.urls.values()):
        if "%" in url.unescaped:
            return " The password there has a % without two hexadecimal digits behind it: write %25 for each % of its own."
        if "%" in url.password:
            return " A % and two hexadecimal digits stand for one character there: write %25 for a % of the password itself."
    return ""


def _name(state: State) -> str:
    if _is_in_parts(state):
        return "spec.database.connection"
    return " and ".join(state.task.own.urls) if state.task.own is not None else ""


def _is_in_parts(state: State) -> bool:
    request = state.task.request
    database: Database | None = request.database if request is not None else None
    return database is not None and database.connection is not None
