"""What a script that is read is given in place of what it has in earnest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.engine import CursorResult

from dbmigration.session.sandbox import Sandbox


def called_like(kind: type, stand_in: type) -> type:
    """Whoever asks what it is called is told the same as in earnest."""
    stand_in.__name__, stand_in.__qualname__, stand_in.__module__ = kind.__name__, kind.__qualname__, kind.__module__
    return stand_in


class Unanswered:
    """The result of a statement that was not sent."""

    def __init__(self, sandbox: Sandbox) -> None:
        object.__setattr__(self, "_sandbox", sandbox)

    def __getattribute__(self, name: str) -> Any:
        raise object.__getattribute__(self, "_sandbox").refuse("the result of a statement")

    def __iter__(self) -> Iterator[Any]:
        raise object.__getattribute__(self, "_sandbox").refuse("the result of a statement")

    def __bool__(self) -> bool:
        raise object.__getattribute__(self, "_sandbox").refuse("the result of a statement")


called_like(CursorResult, Unanswered)
