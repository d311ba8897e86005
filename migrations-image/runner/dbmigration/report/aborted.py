"""A transaction that a statement has aborted whose error nobody has heard: what came next was refused, whatever it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.place import chain, innermost
from dbmigration.session.sqlstate import ABORTED, find_sqlstate, primary_message

if TYPE_CHECKING:
    from dbmigration.state import State

_SAVEPOINT = "or try that statement in a savepoint, `with op.get_bind().begin_nested():` within the try"


def told(where: str, said: str, state: State) -> str:
    """`said` is what the server answered to the statement that was refused."""
    error = state.traffic.aborted_by
    if error is None:
        # It was sent past SQLAlchemy.
        before = (
            f"{where} the server said: {said} (SQLSTATE {ABORTED}). A statement before it failed, and that error was caught."
        )
        return f"{before} Let the script not catch it, {_SAVEPOINT}."
    causes = list(chain(error))
    code, at = find_sqlstate(causes), innermost(error)
    who = "env.py" if at is not None and at.startswith(f"{state.task.env_py}:") else "the script"
    what = f"{primary_message(causes)}{f' (SQLSTATE {code})' if code else ''}{f', at {at}' if at else ''}"
    return (
        f"{where} the server said: {what}. That error was caught, or came in a thread of its own; its transaction is aborted "
        "all the same, and what was sent next was refused. "
        f"Let {who} not catch it, {_SAVEPOINT}."
    )
