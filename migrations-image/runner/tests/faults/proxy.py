"""The network between a runner and the server, in the hands of a test."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable


class Link:
    """One connection, both ways."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client = client
        self.server = server
        self.answers = threading.Event()
        self.answers.set()
        self.questions = threading.Event()
        self.questions.set()

    def carry(self) -> None:
        self._start(self.client, self.server, self.questions)
        self._start(self.server, self.client, self.answers)

    def _start(self, source: socket.socket, sink: socket.socket, open_: threading.Event) -> None:
        def relay() -> None:
            # A reset on either side, or the test's own cut, ends both.
            with contextlib.suppress(OSError):
                while data := source.recv(65536):
                    open_.wait()
                    sink.sendall(data)
            open_.wait()
            for end in (source, sink):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

        threading.Thread(target=relay, daemon=True).start()

    def hold_answers(self) -> None:
        self.answers.clear()

    def stall(self) -> None:
        """Packets vanish; nobody is told."""
        self.answers.clear()
        self.questions.clear()

    def flow(self) -> None:
        self.answers.set()
        self.questions.set()

    def cut(self) -> None:
        ends = (self.client, self.server)
        with contextlib.suppress(OSError):
            for end in ends:
                # Closed with a reset instead of a farewell.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RD)
            end.close()
        self.flow()


class Proxy:
    """Leads to wherever the server is now, as a Service or a name in the DNS does."""

    def __init__(self, target: Callable[[], tuple[str, int]], place: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self._target = target
        self.leads_to: tuple[str, int] | None = None
        self._listener = socket.create_server(place)
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.links: list[Link] = []
        self.down = False
        self.silent = False
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self.down:
                    raise ConnectionRefusedError
                server = socket.create_connection(self.leads_to or self._target())
            except OSError:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(client, server)
            if self.silent:
                link.stall()
            self.links.append(link)
            link.carry()

    def hold_answers(self) -> None:
        for link in self.links:
            link.hold_answers()

    def stall(self) -> None:
        self.silent = True
        for link in self.links:
            link.stall()

    def flow(self) -> None:
        self.down = self.silent = False
        for link in self.links:
            link.flow()

    def cut(self) -> None:
        links, self.links = self.links, []
        for link in links:
            link.cut()

    def close(self) -> None:
        self._listener.close()
        self.cut()
