"""Which plan was the last one whose steps were committed: an approval is spent with it, as the next plan covers this note.

It is written in the transaction of the first step, so that it is there if and only if a step of the plan is.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from dbmigration.planning.approval import SHOWN
from dbmigration.session import notes, places

if TYPE_CHECKING:
    from dbmigration.planning.attempts import Attempt
    from dbmigration.session.session import Session
    from dbmigration.session.traffic import Traffic
    from dbmigration.session.version_table import VersionTable


def read(session: Session, table: VersionTable) -> list[Any]:
    """What each of the places says, as it is written there."""
    found = (place.comment.notes.get(notes.RAN) for place in places.of(session, table))
    return [note for note in found if note is not None]


def of(digest: str, attempt: Attempt | None) -> dict[str, Any]:
    at = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    by = {} if attempt is None else {"name": attempt.name, "uid": attempt.uid, "attempt": attempt.attempt}
    return {"plan": digest, "at": at, **by}


def write(traffic: Traffic, session: Session, table: VersionTable, note: dict[str, Any]) -> list[str]:
    """Returns what the user should know: where the role may not write it."""
    place = next((place for place in places.of(session, table) if place.is_ours), None)
    if place is None:
        return [_advice(note, f"{table} belongs to another role than {session.user}")]
    comment = place.comment.with_note(notes.RAN, note)
    refused = places.write(traffic, session, [notes.statement(place.kind, place.quoted, comment)])
    return [] if refused is None else [_advice(note, f"the server refuses a comment on {table} ({refused})")]


def _advice(note: dict[str, Any], why: str) -> str:
    return (
        f"that plan {note['plan'][:SHOWN]} was run could not be noted, as {why}: if the very same plan comes up again and the "
        "database's history does not tell of it, its approval holds again."
    )
