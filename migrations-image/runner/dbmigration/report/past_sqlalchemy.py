"""What the driver's own commit() has made last, of which SQLAlchemy says nothing and the server everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.session import transaction

if TYPE_CHECKING:
    from dbmigration.course import Database, TakenBack
    from dbmigration.session.session import Ask


def settle(ask: Ask, database: Database) -> None:
    """Once the session is gone: of what seemed to be taken back, what is there all the same."""
    for one in list(database.taken_back):
        if transaction.was_committed(ask, one.transaction):
            database.taken_back.remove(one)
            _keep(database, one)


def _keep(database: Database, one: TakenBack) -> None:
    rows = [step.step.rows for step, _ in one.done if step.finished]
    database.committed += [tuple(sorted(each)) for each in rows[-1:]]
    for step, what in one.done:
        step.committed.append(what)
    last = one.last
    if last is not None and not last.finished:
        last.committed.append(transaction.UNSEEN)
    steps = [step for step, _ in one.done] + ([last] if last is not None else [])
    for step in dict.fromkeys(steps):
        if step.committed and not any(step is known for known in (*database.torn, *database.begun)):
            database.torn.append(step)
