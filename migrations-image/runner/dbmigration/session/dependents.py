"""What a CASCADE takes along, as the catalog has it: each table and each column that goes with an object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dbmigration.planning.unanswered import Unanswered
from dbmigration.session.references import FAMILY
from dbmigration.sql.names import Name
from dbmigration.sql.quote import literal

if TYPE_CHECKING:
    from dbmigration.session.session import Ask

Object = tuple[int, int, int]
"""Of which catalog, which object, and which column of it; 0 for the whole."""

# The numbers of the catalogs themselves are the same on every server.
_PG_CLASS, _PG_TYPE, _PG_NAMESPACE, _PG_EXTENSION, _PG_PROC = 1259, 1247, 2615, 3079, 1255
_MOST = 5000
_IN_A_QUERY = 200
_DEPENDENTS = (
    "SELECT d.classid::pg_catalog.int8, d.objid::pg_catalog.int8, d.objsubid::pg_catalog.int4 "
    "FROM pg_catalog.pg_depend d WHERE "
)
_REFERRING = FAMILY + (
    "SELECT c.conrelid::pg_catalog.int8 FROM pg_catalog.pg_constraint c "
    "JOIN family f ON f.number OPERATOR(pg_catalog.=) c.confrelid "
    "WHERE c.contype OPERATOR(pg_catalog.=) 'f'::pg_catalog.\"char\""
)
_NAMED = {
    "schema": (
        _PG_NAMESPACE,
        "SELECT n.oid::pg_catalog.int8 FROM pg_catalog.pg_namespace n WHERE n.nspname OPERATOR(pg_catalog.=) {name}",
    ),
    "extension": (
        _PG_EXTENSION,
        "SELECT e.oid::pg_catalog.int8 FROM pg_catalog.pg_extension e WHERE e.extname OPERATOR(pg_catalog.=) {name}",
    ),
    "function": (
        _PG_PROC,
        "SELECT p.oid::pg_catalog.int8 FROM pg_catalog.pg_proc p "
        "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace "
        "WHERE p.proname OPERATOR(pg_catalog.=) {name} AND (n.nspname OPERATOR(pg_catalog.=) {schema} OR {schema} IS NULL)",
    ),
    "type": (
        _PG_TYPE,
        "SELECT t.oid::pg_catalog.int8 FROM pg_catalog.pg_type t "
        "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace "
        "WHERE t.typname OPERATOR(pg_catalog.=) {name} AND (n.nspname OPERATOR(pg_catalog.=) {schema} OR {schema} IS NULL)",
    ),
}


def named(ask: Ask, kind: str, name: Name) -> list[Object]:
    """All that may be meant; without a schema those of every schema."""
    catalog, sql = _NAMED[kind]
    schema = "NULL::pg_catalog.name" if name.schema is None else f"{literal(name.schema)}::pg_catalog.name"
    found = ask(sql.format(name=f"{literal(name.name)}::pg_catalog.name", schema=schema))
    return [(catalog, int(row[0]), 0) for row in found]


def of_relation(ask: Ask, number: int, column: str) -> list[Object]:
    if not column:
        return [(_PG_CLASS, number, 0)]
    found = ask(
        "SELECT a.attnum::pg_catalog.int4 FROM pg_catalog.pg_attribute a "
        f"WHERE a.attrelid OPERATOR(pg_catalog.=) {number}::pg_catalog.oid "
        f"AND a.attname OPERATOR(pg_catalog.=) {literal(column)}::pg_catalog.name"
    )
    return [(_PG_CLASS, number, int(row[0])) for row in found]


def walk(ask: Ask, roots: Iterable[Object]) -> list[tuple[int, str]]:
    """Tables by their numbers, and columns with their names, that go with these. The roots are none of them."""
    seen = set(roots)
    todo = list(seen)
    found: list[Object] = []
    while todo:
        some, todo = todo[:_IN_A_QUERY], todo[_IN_A_QUERY:]
        for row in ask(_DEPENDENTS + " OR ".join(_refers_to(one) for one in some)):
            one = (int(row[0]), int(row[1]), int(row[2]))
            if one in seen:
                continue
            seen.add(one)
            todo.append(one)
            if one[0] == _PG_CLASS:
                found.append(one)
        if len(seen) > _MOST:
            raise Unanswered(f"more than {_MOST:,} objects go with it")
    whole = {number for _, number, column in found if not column}
    tables = [(number, "") for number in sorted(whole)]
    columns = [(number, column) for _, number, column in found if column and number not in whole]
    return tables + [(number, name) for number, column in columns for name in _name(ask, number, column)]


def referencing(ask: Ask, number: int) -> list[int]:
    """The tables that a TRUNCATE … CASCADE of this one empties, too."""
    seen, todo = {number}, [number]
    while todo:
        following = ask(_REFERRING.format(number=todo.pop()))
        new = {int(row[0]) for row in following} - seen
        seen |= new
        todo += new
    return sorted(seen - {number})


def _refers_to(one: Object) -> str:
    catalog, number, column = one
    condition = (
        f"(d.refclassid OPERATOR(pg_catalog.=) {catalog}::pg_catalog.oid "
        f"AND d.refobjid OPERATOR(pg_catalog.=) {number}::pg_catalog.oid"
    )
    return f"{condition} AND d.refobjsubid OPERATOR(pg_catalog.=) {column})" if column else f"{condition})"


def _name(ask: Ask, number: int, column: int) -> list[str]:
    found = ask(
        "SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a "
        f"WHERE a.attrelid OPERATOR(pg_catalog.=) {number}::pg_catalog.oid AND a.attnum OPERATOR(pg_catalog.=) {column}"
    )
    return [str(row[0]) for row in found]
