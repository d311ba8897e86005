"""Both ends notice when the other one, or the network between them, is gone without a word."""

from __future__ import annotations

import os
import socket
from typing import Any

# Half a minute: longer than a network's short break, far shorter than the system's two hours.
_IDLE, _INTERVAL, _COUNT = 15, 5, 3
# Keepalives are not sent while something that was sent is unanswered; this holds then.
_UNANSWERED = (_IDLE + _INTERVAL * _COUNT) * 1000
# Linux's number, for a Python that was built with headers that do not name it.
_TCP_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", 18)

SERVER_SETTINGS = {
    "tcp_keepalives_idle": str(_IDLE),
    "tcp_keepalives_interval": str(_INTERVAL),
    "tcp_keepalives_count": str(_COUNT),
    "tcp_user_timeout": str(_UNANSWERED),
}


def watch(connection: Any) -> None:
    """Lets the client's system ask the server's whether it is there, while a statement runs for hours."""
    number = descriptor(connection)
    if number is None:
        return
    # A duplicate, because closing a socket object closes what it holds.
    with socket.socket(fileno=os.dup(number)) as tcp:
        if tcp.family in (socket.AF_INET, socket.AF_INET6):
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _IDLE)
            tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _INTERVAL)
            tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _COUNT)
            tcp.setsockopt(socket.IPPROTO_TCP, _TCP_USER_TIMEOUT, _UNANSWERED)


def descriptor(connection: Any) -> int | None:
    if hasattr(connection, "fileno"):  # psycopg 3, psycopg2
        return int(connection.fileno())
    transport = getattr(connection, "_transport", None)  # asyncpg
    found = transport.get_extra_info("socket") if transport is not None else getattr(connection, "_usock", None)  # pg8000
    return int(found.fileno()) if found is not None else None
