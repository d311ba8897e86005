"""Row security of the version table: what it hides reads as if nothing had ever been migrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.reasons import PERMISSION_DENIED
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.sql.quote import identifier, literal

if TYPE_CHECKING:
    from dbmigration.planning.request import Request
    from dbmigration.session.session import Session
    from dbmigration.session.version_table import VersionTable

_ACTIVE = "SELECT pg_catalog.row_security_active(pg_catalog.to_regclass({table})::pg_catalog.oid)::pg_catalog.text"
# Those that are for the role: 0 stands for PUBLIC.
_POLICIES = """
SELECT p.polcmd::pg_catalog.text, p.polpermissive::pg_catalog.text,
       coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'true')
FROM pg_catalog.pg_policy p
WHERE p.polrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass({table})::pg_catalog.oid
AND EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) number
            WHERE number OPERATOR(pg_catalog.=) 0::pg_catalog.oid OR pg_catalog.pg_has_role(number, 'USAGE'))
"""
_READS = {"read": "r"}
_WRITES = {"add": "a", "change": "w", "take out": "d"}


def visible_rows(session: Session, table: VersionTable, request: Request) -> tuple[str, ...]:
    """The rows, of which none is hidden; otherwise a refusal."""
    name = literal(table.quoted)
    if session.query(_ACTIVE.format(table=name))[0][0] != "true":
        return session.rows(table)
    policies = [(row[0], row[1] == "true", row[2]) for row in session.query(_POLICIES.format(table=name))]
    needed = _READS if request.runs_nothing else {**_READS, **_WRITES}
    denied = [word for word, sign in needed.items() if not any(p for cmd, p, _ in policies if cmd in (sign, "*"))]
    if denied:
        raise _refusal(session, table, f"no policy lets role {session.user} {', '.join(denied)} rows there")
    rows = session.rows(table)
    reading = [(permits, condition) for cmd, permits, condition in policies if cmd in ("r", "*")]
    is_open = (True, "true") in reading and all(permits or condition == "true" for permits, condition in reading)
    if not rows and not is_open:
        raise _refusal(session, table, f"role {session.user} sees no row there, which may be a policy's doing")
    return rows


def _refusal(session: Session, table: VersionTable, what: str) -> Refusal:
    name, user = table.quoted, identifier(session.user)
    return Refusal(
        PERMISSION_DENIED,
        f"the version table {table} has row level security, and {what}: at which revision the database is cannot be told, and "
        f"no script runs on it. Let the owner of that table switch it off (ALTER TABLE {name} DISABLE ROW LEVEL SECURITY) or "
        f"make a policy for the role (CREATE POLICY migrations ON {name} TO {user} USING (true) WITH CHECK (true)), or a "
        f"superuser exempt the role (ALTER ROLE {user} BYPASSRLS); then {RETRY}.",
    )
