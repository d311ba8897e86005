"""A server that answers whoever connects, and lets nobody in."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator

from tests.listening import listening


@contextlib.contextmanager
def server_that_refuses(sqlstate: str, said: str, severity: str = "FATAL") -> Iterator[str]:
    """A server whose pg_hba.conf asks for no password, such as one that trusts or looks at certificates."""
    fields = b"".join(
        key + value.encode() + b"\0" for key, value in zip((b"S", b"V", b"C", b"M"), (severity, "FATAL", sqlstate, said))
    )
    answer = b"E" + struct.pack("!i", len(fields) + 5) + fields + b"\0"

    def serve(client: socket.socket) -> None:
        with client:
            while (request := client.recv(65536)) and request[4:8] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):
                client.sendall(b"N")
            client.sendall(answer)

    with listening(serve) as address:
        yield address
