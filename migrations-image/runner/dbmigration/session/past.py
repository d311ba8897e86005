"""Reads what the history of a version table says. Bounded in time and size, and without a trace in the session."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dbmigration.planning.edits import Noted
from dbmigration.planning.instants import Known
from dbmigration.session.aside import Aside
from dbmigration.session.history_table import NAME
from dbmigration.sql.quote import literal

if TYPE_CHECKING:
    from datetime import datetime

    from dbmigration.session.session import Session
    from dbmigration.session.version_table import VersionTable

# For each question, in seconds.
_LIMIT = 5.0
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
# What one transaction ran was to be seen when it was committed, and not before.
_INSTANT = f"""
SELECT ({{instant}}::pg_catalog.timestamptz OPERATOR(pg_catalog.>) pg_catalog.clock_timestamp())::pg_catalog.text,
       {_AT.format(at="pg_catalog.clock_timestamp()")},
       pg_catalog.array_to_json(b.heads)::pg_catalog.text, {_AT.format(at="b.at")},
       pg_catalog.array_to_json(n.heads_before)::pg_catalog.text, {_AT.format(at="n.at")}
FROM (SELECT 1) one
LEFT JOIN LATERAL (
    SELECT h.transaction, h.heads_before, h.at {_STEPS}
    AND h.at OPERATOR(pg_catalog.>) {{instant}}::pg_catalog.timestamptz ORDER BY h.at, h.id LIMIT 1) n ON true
LEFT JOIN LATERAL (
    SELECT h.heads, h.at {_STEPS}
    AND h.at OPERATOR(pg_catalog.<=) {{instant}}::pg_catalog.timestamptz
    AND (n.transaction IS NULL OR h.transaction OPERATOR(pg_catalog.<>) n.transaction)
    ORDER BY h.at DESC, h.id DESC LIMIT 1) b ON true
"""
_EARLIEST = f"""
SELECT {_AT.format(at="pg_catalog.max(h.at)")} {_STEPS}
AND h.transaction OPERATOR(pg_catalog.=) (SELECT h.transaction {_STEPS} ORDER BY h.at, h.id LIMIT 1)
"""


def last_applied(session: Session, table: VersionTable) -> list[Noted]:
    """With which script each revision was applied that was not taken back since, as far as the last steps tell. Raises
    `Unanswered` where it cannot be read."""
    return [Noted(*map(str, row)) for row in _ask(session, _LAST.format(table=literal(str(table))))]


def last(session: Session, table: VersionTable) -> list[Any]:
    """The last entry, as it is written there; nothing where there is none. Raises `Unanswered` where it cannot be read."""
    return [value for row in _ask(session, _LATEST.format(table=literal(str(table)))) for value in row]


def at(session: Session, table: VersionTable, instant: datetime) -> Known:
    """Raises `Unanswered` where it cannot be read."""
    parts = {"table": literal(str(table)), "instant": literal(instant.isoformat())}
    is_future, now, heads, since, heads_before, until = _ask(session, _INSTANT.format(**parts))[0]
    known = Known(
        now=now,
        is_future=is_future == "true",
        heads=_heads(heads),
        since=since,
        until=until,
        is_continuous=heads_before is None or heads is None or set(json.loads(heads_before)) == set(json.loads(heads)),
    )
    return known if heads is not None else known.beginning(_ask(session, _EARLIEST.format(**parts))[0][0])


def _heads(text: str | None) -> tuple[str, ...] | None:
    # What somebody has written by hand may hold a NULL, or a revision twice.
    return None if text is None else tuple(sorted({str(head or "") for head in json.loads(text)}))


def _ask(session: Session, sql: str) -> list[tuple[Any, ...]]:
    aside = Aside(session, _LIMIT)
    with aside.opened():
        return aside.ask(sql)
