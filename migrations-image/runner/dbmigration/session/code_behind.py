"""Whether what only calls a function, or only adds rows, may run code of the database's own that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbmigration.planning.place import chain
from dbmigration.session.own_functions import FIRST_OWN, WRITES
from dbmigration.session.references import FAMILY
from dbmigration.session.sqlstate import find_sqlstate
from dbmigration.sql.quote import identifier, literal

if TYPE_CHECKING:
    from dbmigration.session.session import Ask
    from dbmigration.sql.names import Name

# They write, by the catalog's word, and no row of anybody's.
_LOCKS = ("pg_advisory_", "pg_try_advisory_")
_HARMLESS = frozenset(
    ("nextval", "currval", "lastval", "clock_timestamp", "random", "gen_random_uuid", "pg_notify", "pg_sleep")
)
_FUNCTION = f"""
SELECT p.oid::pg_catalog.int8 FROM pg_catalog.pg_proc p
LEFT JOIN pg_catalog.pg_aggregate g ON g.aggfnoid::pg_catalog.oid OPERATOR(pg_catalog.=) p.oid
WHERE p.proname OPERATOR(pg_catalog.=) {{name}}::pg_catalog.name
AND {WRITES}
"""
# What is no table has a rule, or leads to one that is; and what inherits may have triggers of its own.
_TABLE = f"""
{FAMILY.format(number="pg_catalog.to_regclass({name})")}
SELECT 1 FROM family f JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) f.number
WHERE NOT (c.relkind OPERATOR(pg_catalog.=) 'r'::pg_catalog."char" OR c.relkind OPERATOR(pg_catalog.=) 'p'::pg_catalog."char")
OR c.relhasrules OR EXISTS (
    SELECT 1 FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid OPERATOR(pg_catalog.=) c.oid AND NOT t.tgisinternal)
"""
_FAILED_TRANSACTION = "25P02"


class CodeBehind:
    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def may_be_called(self, function: str) -> bool:
        """Whether a function of that name may write. One that is not there is the name of a type, or of an alias."""
        found = self._found(_FUNCTION.format(name=literal(function)))
        is_known = function.startswith(_LOCKS) or function in _HARMLESS
        return found is None or any(not is_known or int(row[0]) >= FIRST_OWN for row in found)

    def may_be_fired(self, table: Name) -> bool:
        written = identifier(table.name) if table.schema is None else f"{identifier(table.schema)}.{identifier(table.name)}"
        found = self._found(_TABLE.format(name=literal(written)))
        return found is None or bool(found)

    def _found(self, sql: str) -> list[tuple[Any, ...]] | None:
        """None where the server does not tell. In a transaction that failed it refuses whatever comes as well."""
        try:
            return self._ask(sql)
        except Exception as error:
            return [] if find_sqlstate(list(chain(error))) == _FAILED_TRANSACTION else None
