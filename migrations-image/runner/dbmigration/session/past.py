"""Reads what the history of a version table says. Bounded in time and size, and without a trace in the session."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from dbmigration.planning.edits import Noted
from dbmigration.session.aside import Aside
from dbmigration.session.history_table import NAME
from dbmigration.sql.quote import literal

if TYPE_CHECKING:
    from dbmigration.planning.entries import Entry
    from dbmigration.planning.instants import Known
    from dbmigration.session.session import Session
    from dbmigration.session.version_table import VersionTable

# For each question, in seconds.
_LIMIT = 5.0
MOST_READ = 10_000
"""So many of the last entries are looked at for an instant."""
MOST_COMPARED = 1000
"""So many of the last steps are looked at for the script that a revision was applied with."""

_AT = "pg_catalog.to_char(pg_catalog.timezone('UTC', {at}), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
_STEPS = f"FROM {NAME} h WHERE h.version_table OPERATOR(pg_catalog.=) {{table}}::pg_catalog.text"
_LAST = f"""
SELECT r.revision, r.script, {_AT.format(at="r.at")}
FROM (SELECT DISTINCT ON (s.revision) s.revision, s.direction, s.script, s.at
      FROM (SELECT h.id, h.revision, h.direction, h.script, h.at {_STEPS}
            ORDER BY h.at DESC, h.id DESC LIMIT {MOST_COMPARED}) s
      ORDER BY s.revision, s.at DESC, s.id DESC) r
WHERE r.direction OPERATOR(pg_catalog.=) 'Upgrade'::pg_catalog.text AND r.script IS NOT NULL
"""
# By its number: a clock may be set back.
_LATEST = f"""
SELECT h.id::pg_catalog.text, {_AT.format(at="h.at")}, h.transaction::pg_catalog.text, h.revision, h.direction,
       pg_catalog.array_to_json(h.heads_before)::pg_catalog.text, pg_catalog.array_to_json(h.heads)::pg_catalog.text, h.plan
{_STEPS} ORDER BY h.id DESC LIMIT 1
"""
_SERVED = f"""
SELECT EXISTS (SELECT FROM {NAME} h
               WHERE h.override OPERATOR(pg_catalog.=) {{override}}::pg_catalog.text
                 AND h.resource OPERATOR(pg_catalog.=) {{resource}}::pg_catalog.text
                 AND NOT (h.uid OPERATOR(pg_catalog.=) {{uid}}::pg_catalog.text
                          AND h.attempt OPERATOR(pg_catalog.=) {{attempt}}))::pg_catalog.text
"""
_ENTRIES = f"""
SELECT {_AT.format(at="pg_catalog.clock_timestamp()")}, e.id::pg_catalog.text, {_AT.format(at="e.at")},
       e.transaction::pg_catalog.text, e.revision, e.direction,
       pg_catalog.array_to_json(e.heads_before)::pg_catalog.text, pg_catalog.array_to_json(e.heads)::pg_catalog.text
FROM (SELECT 1) one LEFT JOIN LATERAL (
    SELECT h.id, h.at, h.transaction, h.revision, h.direction, h.heads_before, h.heads {_STEPS}
    ORDER BY h.id DESC LIMIT {MOST_READ + 1}) e ON true
ORDER BY e.id
"""


def last_applied(session: Session, table: VersionTable) -> list[Noted]:
    """With which script each revision was applied that was not taken back since, as far as the last steps tell. Raises
    `Unanswered` where it cannot be read."""
    return [Noted(*map(str, row)) for row in _ask(session, _LAST.format(table=literal(str(table))))]


def last(session: Session, table: VersionTable) -> list[Any]:
    """The last entry, as it is written there; nothing where there is none. Raises `Unanswered` where it cannot be read."""
    return [value for row in _ask(session, _LATEST.format(table=literal(str(table)))) for value in row]


def has_served(session: Session, override: str, resource: str, uid: str, attempt: int) -> bool:
    """Whether that resource, in whichever of its lives, ran a step by that override in another attempt than this one. Raises
    `Unanswered` where it cannot be read."""
    made = {"override": literal(override), "resource": literal(resource), "uid": literal(uid), "attempt": attempt}
    return _ask(session, _SERVED.format(**made)) == [("true",)]


def known(session: Session, table: VersionTable) -> Known:
    """Raises `Unanswered` where it cannot be read."""
    from dbmigration.planning.instants import Known

    rows = _ask(session, _ENTRIES.format(table=literal(str(table))))
    entries = [_entry(*row[1:]) for row in rows if row[1] is not None]
    now = _moment(rows[0][0])
    assert now is not None
    return Known(now, entries[-MOST_READ:], len(entries) <= MOST_READ)


def _entry(number: str, at: str, transaction: str, revision: str, direction: str, before: str, after: str) -> Entry:
    from dbmigration.planning.entries import Entry

    return Entry(int(number), _moment(at), int(transaction), revision, direction, _heads(before), _heads(after))


def _moment(text: str | None) -> datetime | None:
    """What somebody has written by hand may be infinite, or before Christ."""
    try:
        return datetime.strptime(text or "", "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def _heads(text: str) -> tuple[str, ...] | None:
    """What somebody has written by hand may hold a NULL, a revision twice, or further lists."""
    found = json.loads(text)
    is_right = all(isinstance(head, str) and head for head in found) and len(set(map(str, found))) == len(found)
    return tuple(found) if is_right else None


def _ask(session: Session, sql: str) -> list[tuple[Any, ...]]:
    aside = Aside(session, _LIMIT)
    with aside.opened():
        return aside.ask(sql)
