"""Where in the database the runner keeps its notes, and whether it may write there."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from dbmigration.planning import attempts
from dbmigration.planning.attempts import Attempt
from dbmigration.planning.place import chain
from dbmigration.session import notes
from dbmigration.session.sqlstate import find_sqlstate, primary_message
from dbmigration.sql.quote import identifier, literal

if TYPE_CHECKING:
    from dbmigration.session.session import Session
    from dbmigration.session.traffic import Traffic
    from dbmigration.session.version_table import VersionTable

# What the role may not do. Whatever else goes wrong with a note goes wrong with the migration, too.
_NOT_ALLOWED = ("42501", "42809", "0A000", "P0001")

# Where a note may be: in the comment of the version table, or, if that belongs to another role, of a sequence, which no
# autogenerate looks at. Whose sequence it is decides whether it is believed: anybody may create one of that name somewhere.
_PLACES = """
SELECT c.relkind::pg_catalog.text, n.nspname::pg_catalog.text, c.relname::pg_catalog.text,
       (pg_catalog.pg_has_role(c.relowner, 'USAGE')
        AND c.relkind OPERATOR(pg_catalog.=) ANY ('{{r,p,S}}'::pg_catalog."char"[]))::pg_catalog.text,
       pg_catalog.obj_description(c.oid, 'pg_class')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass({table})::pg_catalog.oid
OR (c.relname OPERATOR(pg_catalog.=) {sequence}::pg_catalog.name AND c.relkind OPERATOR(pg_catalog.=) 'S'::pg_catalog."char"
    AND (pg_catalog.pg_get_userbyid(c.relowner) OPERATOR(pg_catalog.=) CURRENT_USER
         OR c.relowner OPERATOR(pg_catalog.=) (SELECT t.relowner FROM pg_catalog.pg_class t
            WHERE t.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass({table})::pg_catalog.oid)))
ORDER BY c.relkind OPERATOR(pg_catalog.=) 'S'::pg_catalog."char", n.oid
"""


class Place(NamedTuple):
    """A relation whose comment holds a note, or may hold one."""

    kind: str
    schema: str
    name: str
    is_ours: bool
    """Whether the role may write its comment."""
    comment: notes.Comment

    @property
    def quoted(self) -> str:
        return f"{identifier(self.schema)}.{identifier(self.name)}"

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return attempts.parse(self.comment.notes.get(notes.ATTEMPTS))


def of(session: Session, table: VersionTable) -> list[Place]:
    sql = _PLACES.format(table=literal(table.quoted), sequence=literal(sequence_name(table)))
    return [
        Place("SEQUENCE" if row[0] == "S" else "TABLE", row[1], row[2], row[3] == "true", notes.Comment.parse(row[4] or ""))
        for row in session.query(sql)
    ]


def sequence_name(table: VersionTable) -> str:
    return f"dbmigration_{zlib.crc32(table.quoted.encode()):08x}"


def write(traffic: Traffic, session: Session, statements: Sequence[str]) -> str | None:
    """What the server says if the role may not. Then nothing is left of it, also in a transaction that is open."""
    is_open = session.is_in_open_transaction
    if is_open:
        session.query("SAVEPOINT dbmigration")
    try:
        for sql in statements:
            with traffic.own(session, sql):
                session.query(sql)
    except Exception as error:
        if not _is_not_allowed(error):
            raise
        if is_open:
            session.query("ROLLBACK TO SAVEPOINT dbmigration")
        else:
            session.undo()
        return primary_message(list(chain(error)))
    if is_open:
        session.query("RELEASE SAVEPOINT dbmigration")
    return None


def _is_not_allowed(error: Exception) -> bool:
    return find_sqlstate(list(chain(error))) in _NOT_ALLOWED
