"""What env.py asks by itself on its way to a connection: an endpoint for a token, a server for whether it is there.

SQLAlchemy has begun to connect by then, or nobody knows yet that it will; the database was not asked all the same.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dbmigration.planning.database_url import Address
from dbmigration.planning.place import innermost, within
from dbmigration.reasons import DATABASE_UNREACHABLE
from dbmigration.refusal import Refusal
from dbmigration.report import own_connection, unanswered_url
from dbmigration.report.project_remedy import told

if TYPE_CHECKING:
    from dbmigration.state import State

# The second one is no TimeoutError before Python 3.10.
_NETWORK = (ConnectionError, TimeoutError, socket.timeout, socket.gaierror)
# By which a program that was started, or whoever ends the interpreter, may mean that a server is not there.
_ENDINGS = (subprocess.CalledProcessError, subprocess.TimeoutExpired, SystemExit)

# By HTTP: so many have asked that nobody is answered for a while; and what is wrong with the server itself.
_TOO_MANY, _SERVERS_OWN = 429, range(500, 600)


def refusal(error: BaseException, causes: list[BaseException], state: State) -> Refusal | None:
    """Where somebody who was asked did not answer, which passes; None otherwise."""
    env_py = state.task.env_py
    if env_py is None or state.course.session is not None or state.task.application is not None:
        return None
    if not own_connection.is_before_the_driver(causes) and (
        state.course.connecting is not None or own_connection.has_spoken(causes)
    ):
        return None
    is_network = any(isinstance(cause, _NETWORK) or _is_overloaded(cause) for cause in causes)
    if not is_network and not isinstance(error, _ENDINGS):
        return None
    place = within(error, str(env_py)) or innermost(error) or str(env_py)
    down = unanswered_url.refusal(state)
    if down is not None:
        what = f"exit {error.code}" if isinstance(error, SystemExit) else told(error).rstrip(".")
        return Refusal(down.reason, f"env.py gave up before it connected ({place}: {what}), and there is {down.message}")
    if not is_network:
        return None
    asked = next(_asked(causes), None)
    if (
        asked is not None
        and state.task.own is not None
        and any(named is not None and asked in named.addresses for named in state.task.own.named.values())
    ):
        return Refusal(
            DATABASE_UNREACHABLE,
            f"env.py had no answer from {asked}, where the database is ({place}): {told(error)} A moment later it was there.",
        )
    whom = f"{asked} " if asked is not None else ""
    answer = "that one cannot answer now" if any(map(_is_overloaded, causes)) else "had no answer"
    return Refusal(
        DATABASE_UNREACHABLE,
        f"env.py asks {whom}for something before it connects to the database ({place}), and {answer}: {told(error)} The "
        "database itself is not to blame. See whether that runs, and whether network policies let this namespace there; or "
        "correct in env.py whom it asks.",
    )


def _is_overloaded(cause: BaseException) -> bool:
    """By the status of HTTP, wherever urllib, requests, httpx, botocore and others keep it."""
    if not isinstance(cause, Exception):
        return False
    response = getattr(cause, "response", None)
    found = [getattr(holder, name, None) for holder in (cause, response) for name in ("code", "status", "status_code")]
    if isinstance(response, dict):
        found.append(response.get("ResponseMetadata", {}).get("HTTPStatusCode"))
    return any(isinstance(status, int) and (status == _TOO_MANY or status in _SERVERS_OWN) for status in found)


def _asked(causes: list[BaseException]) -> Iterator[Address]:
    """By what Python was given to connect to, the innermost first."""
    for cause in reversed(causes):
        step = cause.__traceback__
        found: list[Address | None] = []
        while step is not None:
            name, given = step.tb_frame.f_code.co_name, step.tb_frame.f_locals
            if name in ("create_connection", "getaddrinfo"):
                found.append(_address(given))
            step = step.tb_next
        yield from (address for address in reversed(found) if address is not None)


def _address(given: dict[str, Any]) -> Address | None:
    pair = given.get("address")
    host, port = pair[:2] if isinstance(pair, tuple) and len(pair) > 1 else (given.get("host"), given.get("port"))
    return Address.of(host, port) if port is not None else None
