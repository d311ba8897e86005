"""What to do about an object that is there before a script makes it. It may hold rows, so nothing is to be dropped.

Where the version table has no row and tables are there, the schema itself is older than its first revision: made by
create_all(), by a dump, by another tool. Then all of it is to be adopted, and not one object to be mended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.report import early_writes
from dbmigration.sql.quote import literal
from dbmigration.sql.script import head

if TYPE_CHECKING:
    from dbmigration.course import Course
    from dbmigration.session.session import Ask
    from dbmigration.session.traffic import Statement
    from dbmigration.session.version_table import VersionTable

# A table (or index, sequence, view), a type (or constraint, extension, trigger), a column, a function, a schema.
SQLSTATES = frozenset(("42P07", "42710", "42701", "42723", "42P06"))
_MOST = 3
# Where scripts would look: beside the version table and on the search path. What an extension brought along is nobody's.
_TABLES = """
SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{{r,p}}'::pg_catalog."char"[])
AND NOT c.relispartition AND c.relpersistence OPERATOR(pg_catalog.<>) 't'::pg_catalog."char"
AND (n.nspname OPERATOR(pg_catalog.=) {schema}::pg_catalog.name
     OR n.nspname OPERATOR(pg_catalog.=) ANY (pg_catalog.current_schemas(false))
     OR c.relname OPERATOR(pg_catalog.=) {table}::pg_catalog.name)
AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
    AND d.objid OPERATOR(pg_catalog.=) c.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char")
ORDER BY 1, 2
"""


def tables(ask: Ask, table: VersionTable) -> tuple[tuple[str, str], ...]:
    """Those beside the version table, by schema and name, and others of its name wherever they are."""
    found = ask(_TABLES.format(schema=literal(table.schema), table=literal(table.table)))
    return tuple((row[0], row[1]) for row in found if (row[0], row[1]) != (table.schema, table.table))


def with_remedy(
    refusal: Refusal,
    course: Course,
    found: tuple[tuple[str, str], ...],
    failed: Statement | None,
) -> Refusal:
    """The same, with what to do about it. Of tenants each has tables of its own, which say nothing of the next one's."""
    running, database = course.running, course.at
    if refusal.sqlstate not in SQLSTATES or running is None or database is None:
        return refusal
    elsewhere = {other.table.schema for other in course.databases} - {database.table.schema}
    near = [one for one in found if one[0] not in elsewhere]
    is_first = (
        running.step.is_upgrade
        and not database.before
        and not any(step.committed for step in (*database.begun, *database.torn))
    )
    text = _COMPARISON if running.step.is_upgrade else _COMPARISON_DOWN
    if running.step.is_upgrade and early_writes.has_made(course, database):
        text = _MADE_BY_ITSELF
    elif is_first and near:
        text = _adoption(database.table, near)
    elif running.step.is_upgrade and len(course.databases) == 1 and _makes_a_type(failed):
        # Another tenant's may be the same one.
        text = _TYPE
    return Refusal(refusal.reason, f"{refusal.message} {text}", refusal.revision, refusal.sqlstate)


def _makes_a_type(statement: Statement | None) -> bool:
    return statement is not None and head(statement.text).upper().startswith("CREATE TYPE")


# What follows says by whom.
_MADE_BY_ITSELF = (
    "It was most likely made in this very run, outside of any revision. Once that is taken out, rename what was made, or let "
    f"the script go on from it, and {RETRY}."
)
_KEEP = (
    "Another revision may have made it, somebody by hand, or an earlier attempt outside a transaction, and it may hold rows: "
    "keep it, and compare it with what this step makes."
)
_WAY_OUT = f"if not, let the script go on from what is there, or rename it. Then {RETRY}."
_COMPARISON = (
    f"{_KEEP} If all of that is there, let the revision count as applied (`alembic stamp` with its id, from a copy of the "
    f"project against this database); {_WAY_OUT}"
)
# As autogenerate writes it, an Enum is made with its table, and only the table is dropped.
_TYPE = (
    "Most likely the downgrade() of a revision that made the type leaves it: let it drop the type as well (DROP TYPE, or "
    "sa.Enum(name=…).drop(op.get_bind())). To go on now, let the script take the type that is there if it has the same values "
    "(postgresql.ENUM(…, create_type=False)), or drop it without CASCADE, which the server refuses as long as a column uses "
    f"it. Then {RETRY}."
)
_COMPARISON_DOWN = (
    f"{_KEEP} If the database is as the revisions below say, let this one count as taken back (`alembic stamp` with the id of "
    f"the one below, from a copy of the project against this database); {_WAY_OUT}"
)


def _adoption(table: VersionTable, near: list[tuple[str, str]]) -> str:
    theirs = next((f"{schema}.{name}" for schema, name in near if name == table.table), None)
    some = [f"{schema}.{name}" for schema, name in near if name != table.table] or [str(theirs)]
    listed = ", ".join(some[:_MOST]) + (f" and {len(some) - _MOST} more" if len(some) > _MOST else "")
    told = f"The version table {table} has no row, and tables are there ({listed}). "
    if theirs is not None:
        told += f"If Alembic's own is {theirs}, let version_table_schema in env.py name its schema. Otherwise this "
    else:
        told += "This "
    return (
        f"{told}schema was made outside of Alembic (create_all, a dump), or by a part of a migration that was committed. Adopt "
        "it, and keep all that is there: compare it with the scripts, run `alembic stamp REVISION` from a copy of the project "
        f"against this database, with the last revision of which it has everything, and {RETRY}."
    )
