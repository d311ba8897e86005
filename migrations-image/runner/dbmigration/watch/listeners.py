"""Those who are told what happens on the connections of every engine, while they want to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Listeners:
    def __init__(self, by_event: Mapping[str, Callable[..., None]]) -> None:
        self._by_event = by_event
        self._following = False

    def follow(self) -> None:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        if self._following:
            return
        self._following = True
        for name, listener in self._by_event.items():
            event.listen(Engine, name, listener)

    def leave(self) -> None:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        if not self._following:
            return
        self._following = False
        for name, listener in self._by_event.items():
            event.remove(Engine, name, listener)
