"""The revisions and plans that a message speaks of, as the project, the database and the runner have them.

They are hexadecimal in most projects, as many secrets are, and a message in which a piece of one is hidden cannot be acted on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.report.readback import Reading
    from dbmigration.state import State


def words(state: State, readings: Iterable[Reading] = ()) -> Iterator[str]:
    if state.task.graph is not None:
        yield from state.task.graph.parents
    for database in state.course.databases:
        for time in database.history:
            yield from time.before
            if time.examined is not None:
                yield from (time.examined.digest, time.examined.name)
    for reading in readings:
        yield from reading.rows
    yield from _approved(state)


def _approved(state: State) -> Iterator[str]:
    request = state.task.request
    if request is None or request.approval is None:
        return
    from dbmigration.planning.approval import SHOWN, is_prefix

    yield from (text[:SHOWN] for text in request.approval.plans if is_prefix(text))
