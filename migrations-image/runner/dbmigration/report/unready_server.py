"""A server that has answered, and takes no connection: host, port and network are right then."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dbmigration import reasons
from dbmigration.remedy import RETRY
from dbmigration.report import libpq_variables

if TYPE_CHECKING:
    from dbmigration.state import State

# Behind the severity, in whichever language it is, of what a server says when it ends a connection. Words of libpq's own have
# one space there. There is no SQLSTATE with it.
_SIGN = ":  "
# In front of the severity, if there is anything.
_FAILED = " failed: "
# Of what a client asks for as it connects.
_SETTINGS = ("42704", "22023", "55P02")
_SETTINGS_TEXTS = ("unsupported startup parameter", "permission denied to set parameter")
# By which a session becomes another role than the one that logs in.
_ROLES = ("role", "session_authorization")
# libpq's own, when a server is not of the kind that was asked for.
_ANOTHER_KIND = ("session is read-only", "session is not read-only", "server is in hot standby mode", "server is not in hot")
_BEHIND = ("in recovery", "not accepting connections", "not yet accepting")
_UNKNOWN = (
    "Its host, its port and the network are right. What it says is not known here: mostly it is the password, the role or its "
    "right to connect, or the name of the database. Correct what the words name, in the database's URL or on the server; then "
    f"{RETRY}, unless the Secret was edited."
)
_CORRECT_IT = (
    "Correct it, or leave it out: in the database's URL (options stand behind its ?), or in connect_args of env.py; then "
    f"{RETRY}."
)


def words_of(causes: list[BaseException]) -> str | None:
    """What the server said, where libpq tells it among other things, as after another address that did not answer."""
    for cause in causes:
        for line in str(cause).split("\n"):
            head, sign, said = line.partition(_SIGN)
            if sign and (_FAILED in head or head.isalpha()):
                return said.strip()
    return None


def is_of_a_setting(said: str, state: State) -> bool:
    """A role that is missing, and that the connection does not log in as but asks to become."""
    given = state.course.given
    name = said.partition('role "')[2].partition('"')[0]
    asked = " ".join(map(str, (given.get("options"), given.get("server_settings"), os.environ.get("PGOPTIONS"))))
    is_the_user = name in (given.get("user"), os.environ.get("PGUSER"))
    return bool(name) and not is_the_user and name in asked and any(setting in asked for setting in _ROLES)


def described(where: str, said: str, sqlstate: str, has_answered: bool, state: State) -> tuple[str, str] | None:
    """Reason and message; None if it is not known to have answered."""
    if any(words in said for words in _ANOTHER_KIND):
        correct = libpq_variables.place("target_session_attrs", state) or "Correct that option, or the host."
        return reasons.DATABASE_UNREACHABLE, (
            f"{where} answered, and is not what target_session_attrs asks for: {said}. If a failover is under way, the next "
            f"attempt finds the right one. Otherwise: {correct}"
        )
    if not has_answered:
        return None
    if sqlstate in _SETTINGS or any(words in said for words in _SETTINGS_TEXTS):
        return reasons.CONFIGURATION_ERROR, (
            f"{where} answered, and does not take a setting that the connection asks for: {said}. "
            f"{libpq_variables.of_parameter(said, state) or libpq_variables.place('options', state) or _CORRECT_IT}"
        )
    answered = f"{where} answered, and takes no connection: {said}."
    if not sqlstate and _is_of_the_user(said, state):
        return reasons.AUTHENTICATION_FAILED, f"{answered} {_UNKNOWN}"
    # Of words in another language the runner knows some.
    remedy = _UNKNOWN if not sqlstate and not said.isascii() else f"{_remedy(said, sqlstate)}."
    return reasons.DATABASE_UNREACHABLE, f"{answered} {remedy}"


def _is_of_the_user(said: str, state: State) -> bool:
    """Whether words that are not known name whom the connection logs in as, and not only what it asks for."""
    given = state.course.given
    user, database = given.get("user"), given.get("dbname") or given.get("database")
    names = "".join(character if character.isalnum() or character in "_-.@" else " " for character in said).split()
    return user in names and user != database


def _remedy(said: str, sqlstate: str) -> str:
    if sqlstate.startswith("53"):
        return (
            "It has no connection to spare: end sessions that nobody uses, or raise the limit of the role, database or server"
        )
    if sqlstate == "55000" and "invalid database" in said:
        return "Somebody began to take this database away and did not end that: nothing can be read from it, so make it anew"
    if sqlstate == "55000":
        return (
            "Somebody has closed this database, as an upgrade or other maintenance does: it is tried again by itself, and "
            "ALTER DATABASE … ALLOW_CONNECTIONS true opens it, if it is not to stay closed"
        )
    if any(words in said for words in _BEHIND):
        return "It recovers, or it is a standby that lets nobody in: let the URL lead to the primary, or see its own log"
    if sqlstate.startswith("57P"):
        return "It is starting or stopping: if it does not come up by itself, its own log says why"
    return "Its host, its port and the network are right: see what it says, and its own log"
