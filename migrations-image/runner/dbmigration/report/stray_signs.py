"""Signs around a host, a user or the name of a database that do not belong to it, and references that nobody has replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dbmigration.planning.absent import VARIABLES
from dbmigration.planning.url_shape import REFERENCES
from dbmigration.remedy import RETRY
from dbmigration.report import wrong_url

if TYPE_CHECKING:
    from dbmigration.state import State

# What may be left behind a name by whoever puts a URL together.
_SEPARATORS = "/;,&#"
_QUOTES = "'\"`"

# What Python makes of a variable that is not there, where a text is put together.
_NOTHING = "None"
_BAD_USER = "invalid-username-encoding"


class _Part(NamedTuple):
    name: str
    keys: tuple[str, ...]
    """By which drivers are given it."""
    sqlstate: str | None
    """How the one begins by which a server refuses a wrong one; a wrong host is refused by none."""
    said: str
    """What happened, behind the place."""
    use: str


_PARTS = (
    _Part("host", ("host",), None, "no connection to {}", "that env.py asks for"),
    _Part("user", ("user",), "28", "{} did not let the role in", "that env.py logs in as"),
    _Part(
        "name of the database",
        ("dbname", "database"),
        "3D000",
        "{} answered, and has no such database",
        "that env.py asks for",
    ),
)


def described(where: str, said: str, sqlstate: str, state: State) -> str | None:
    """That of the resource's own URL, or of its parts, was taken away before."""
    for part in _PARTS:
        value = next((found for key in part.keys if isinstance(found := state.course.given.get(key), str) and found), "")
        is_refused = sqlstate.startswith(part.sqlstate) if part.sqlstate else not sqlstate
        # pg8000 does not even send it.
        is_refused = is_refused or (part.name == "user" and _BAD_USER in said)
        stray = _stray(part, value) if value and is_refused else None
        if stray is not None:
            return f"{part.said.format(where)}: {stray}; then {RETRY}."
    return None


def unreplaced(state: State) -> str | None:
    """No server and no network is to be waited for."""
    given = state.course.given
    values = [given[key] for key in ("host", "user", "dbname", "database", "port") if isinstance(given.get(key), str)]
    if _NOTHING in (given.get("host"), given.get("dbname"), given.get("database")):
        return (
            "env.py connects with None for the host or the name of the database: it makes its URL of a variable that is not "
            f"set, or of another name. {VARIABLES[0].upper()}{VARIABLES[1:]}, and {RETRY}."
        )
    if not any(sign in value for value in values for sign in REFERENCES):
        return None
    own = wrong_url.unreplaced(state.task.own)
    if own is not None:
        return own
    return (
        "env.py connects with a reference that nobody has replaced, such as $(NAME), ${NAME} or {{ name }}, in the host, the "
        "user or the name of the database. In a Secret nobody replaces one; in env of a container Kubernetes does so with "
        f"$(NAME) alone, where NAME stands before it. Write the value itself there, and {RETRY}."
    )


def _stray(part: _Part, value: str) -> str | None:
    around = f"around the {part.name} {part.use}"
    if value != value.strip():
        return (
            f"there is white space {around}, such as the newline that `echo` leaves in a file or a Secret. Take it away there, "
            "or in env.py by strip()"
        )
    if len(value) > 2 and value[0] in _QUOTES and value[-1] == value[0]:
        return f"there are quotes {around}, which a file or a Secret keeps as they are. Take them away there"
    if part.sqlstate == "3D000" and value[-1] in _SEPARATORS:
        return f"there is a {value[-1]} behind the {part.name} {part.use}. Take it away where that is written"
    host, colon, port = value.partition(":")
    if part.sqlstate is None and colon and host and port.isdigit():
        return f"the host {part.use} has a port behind it. Let its variable have the host alone, and another one the port"
    return None
