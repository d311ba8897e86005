"""What runs beside the migration in its Pod, such as a proxy, may begin to listen later than the migration begins."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Mapping, Sequence

from dbmigration.planning.database_url import Address

VARIABLE = "DBMIGRATION_COMPANIONS"
"""With the names of those containers, where there are any: the operator knows the Pod's template."""

PATIENCE = 30.0
_PAUSE = 0.1


def await_listening(
    addresses: Sequence[Address], environment: Mapping[str, str], emit: Callable[..., None], patience: float = PATIENCE
) -> None:
    """Waits for the first one that listens, where they are in the Pod and something runs there that may come to listen.

    After the patience is over it is the driver that says what is wrong.
    """
    names = environment.get(VARIABLE)
    if not names or not addresses or not all(address.is_in_the_pod for address in addresses):
        return
    until = time.monotonic() + patience
    is_told = False
    while not any(map(_listens, addresses)) and time.monotonic() < until:
        if not is_told:
            emit("waiting", what="a connection to " + ", ".join(map(str, addresses)), holder=f"container {names}")
            is_told = True
        time.sleep(_PAUSE)


def remedy(address: Address | None, environment: Mapping[str, str]) -> str | None:
    """Where nobody listens in the Pod itself."""
    names = environment.get(VARIABLE)
    if address is None or not address.is_in_the_pod:
        return None
    if not names:
        return (
            "That is the migration's own Pod, in which by spec.podTemplate nothing else runs: correct the host in the "
            "database's URL, or let the proxy run beside the migration, in spec.podTemplate as an init container with "
            "restartPolicy: Always."
        )
    return (
        f"That is the migration's own Pod, and nobody listened there for {PATIENCE:g} s: see the log of container {names}, and "
        "whether it opens that port. A startupProbe keeps the migration until it does, however long that takes."
    )


def _listens(address: Address) -> bool:
    """Whatever else is wrong than that nobody is there yet, the driver has its words for it."""
    try:
        with contextlib.closing(_connection(address)):
            return True
    except (ConnectionRefusedError, FileNotFoundError):
        return False
    except OSError:
        return True


def _connection(address: Address) -> socket.socket:
    if not address.is_a_directory:
        return socket.create_connection((address.host, address.port), timeout=1)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(f"{address.host}/.s.PGSQL.{address.port}")
    except OSError:
        connection.close()
        raise
    return connection
