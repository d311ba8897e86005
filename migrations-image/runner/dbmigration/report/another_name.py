"""A database that is not there, and is not the resource's: env.py made that name, and who creates it is no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration import reasons
from dbmigration.remedy import RETRY

if TYPE_CHECKING:
    from dbmigration.planning.own_database import OwnDatabase
    from dbmigration.state import State

_SIGNS = ('database "', '" does not exist')


def described(where: str, said: str, state: State) -> tuple[str, str] | None:
    """Reason and message; None where it is the resource's, or that cannot be told."""
    own, given = state.task.own, state.course.given
    asked = given.get("dbname") or given.get("database")
    name = asked if isinstance(asked, str) else _named(said)
    if own is None or not name or own.may_be_called(name):
        return None
    slash = _of_a_slash(name, own)
    # What env.py connects to by a driver itself may be one that it needs besides, and that somebody is about to make.
    reason = reasons.DATABASE_MISMATCH if asked or slash else reasons.DATABASE_MISSING
    told = f"{where} answered, but {said}. env.py asks for that name, and the resource's database is {own}. "
    return reason, told + (slash or f"{own.remedy}. If the Secret is wrong, correct it, and {RETRY}.")


def _named(said: str) -> str:
    _, _, behind = said.rpartition(_SIGNS[0])
    return behind.partition(_SIGNS[1])[0] if _SIGNS[1] in behind else ""


def _of_a_slash(name: str, own: OwnDatabase) -> str:
    if not name.startswith("/") or not own.may_be_called(name.lstrip("/")):
        return ""
    return (
        f"The slash in front is one too many: let Pydantic's PostgresDsn.build() have path={name.lstrip('/')!r}, without it, "
        'and take it away from urlparse(url).path by .lstrip("/").'
    )
