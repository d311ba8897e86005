"""An object that is not in the state that a statement needs (55000), which the server's hint tells best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.remedy import RETRY
from dbmigration.sql.quote import identifier

if TYPE_CHECKING:
    from dbmigration.state import State

SQLSTATE = "55000"
_PUBLISHED = "A publication publishes the table, so its rows have to be told apart, and it has no primary key"
_VERSIONS = "version_num"


def remedy(hint: str, said: str, state: State) -> str | None:
    """None where the server gives no hint."""
    if not hint:
        return None
    if "max_prepared_transactions" in hint:
        return (
            "env.py or the script commits in two phases, which the server has to allow (max_prepared_transactions): set it "
            f"there, or commit in one phase, and {RETRY}"
        )
    if "REPLICA IDENTITY" in hint:
        database = state.course.database
        if database is not None and identifier(database.table.table) in said:
            key = f"ALTER TABLE {database.table.quoted} ADD PRIMARY KEY ({_VERSIONS})"
            return f"{_PUBLISHED}, as Alembic's own has: {key}, and {RETRY}"
        other = "or ALTER TABLE … REPLICA IDENTITY FULL before it, where it is to have none"
        return f"{_PUBLISHED}: let the script give it one (ALTER TABLE … ADD PRIMARY KEY …), {other}"
    return f"The server's hint: {hint.rstrip('. ')}. Correct the script, or mend the cause in the database and {RETRY}"
