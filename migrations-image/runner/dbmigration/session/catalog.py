"""What the database has of what a plan would delete, asked in the session that migrates, as env.py has left it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from dbmigration.planning.holdings import Column, Held
from dbmigration.planning.names_of_a_plan import Relation
from dbmigration.planning.unanswered import Unanswered
from dbmigration.session import dependents, references
from dbmigration.session.aside import Aside
from dbmigration.session.references import FAMILY
from dbmigration.sql.effect import DropCascade
from dbmigration.sql.names import Name, part
from dbmigration.sql.quote import identifier, literal

# So many rows are counted; of more the server's own estimate is told.
MOST_COUNTED = 1000
# Of all questions of one plan, in seconds.
_PATIENCE = 30.0
# They write, by the catalog's word, and delete nothing of anybody's.
_HARMLESS = frozenset(
    (
        *("random", "random_normal", "setseed", "gen_random_uuid", "uuidv4", "uuidv7", "uuid_generate_v1", "uuid_generate_v4"),
        *("clock_timestamp", "timeofday", "nextval", "currval", "lastval", "setval", "pg_sleep", "pg_notify", "pg_backend_pid"),
        *("pg_advisory_lock", "pg_advisory_xact_lock", "pg_try_advisory_lock", "pg_advisory_unlock", "txid_current"),
        *("pg_current_xact_id", "gen_salt", "gen_random_bytes", "now", "pg_get_serial_sequence"),
    )
)
_RELATION = """
SELECT c.oid::pg_catalog.int8, n.nspname::pg_catalog.text, c.relname::pg_catalog.text, c.relkind::pg_catalog.text,
       pg_catalog.row_security_active(c.oid)::pg_catalog.text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.oid OPERATOR(pg_catalog.=) {number}::pg_catalog.oid
"""
_COLUMN = """
SELECT pg_catalog.format_type(a.atttypid, a.atttypmod),
       (a.attgenerated OPERATOR(pg_catalog.<>) ''::pg_catalog."char")::pg_catalog.text
FROM pg_catalog.pg_attribute a WHERE a.attrelid OPERATOR(pg_catalog.=) {number}::pg_catalog.oid
AND a.attname OPERATOR(pg_catalog.=) {column}::pg_catalog.name AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
"""
# It stands elsewhere than where it was made to begin.
_USED = """
SELECT (s.is_called OR s.last_value OPERATOR(pg_catalog.<>) q.seqstart)::pg_catalog.text
FROM {where} s CROSS JOIN pg_catalog.pg_sequence q WHERE q.seqrelid OPERATOR(pg_catalog.=) {number}::pg_catalog.oid
"""
# That of a serial column, or of an identity.
_OWNED = """
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) d.objid
     AND c.relkind OPERATOR(pg_catalog.=) 'S'::pg_catalog."char"
JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) d.refobjid
     AND a.attnum::pg_catalog.int4 OPERATOR(pg_catalog.=) d.refobjsubid
WHERE d.refobjsubid OPERATOR(pg_catalog.>) 0
AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
"""
# And the default of no other column takes numbers of it.
_OWNED_ALONE = f"""
SELECT 1 {_OWNED} AND d.objid OPERATOR(pg_catalog.=) {{number}}::pg_catalog.oid
AND NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_attrdef f ON f.oid OPERATOR(pg_catalog.=) o.objid
    WHERE o.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_attrdef'::pg_catalog.regclass::pg_catalog.oid
    AND o.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
    AND o.refobjid OPERATOR(pg_catalog.=) d.objid
    AND NOT (f.adrelid OPERATOR(pg_catalog.=) d.refobjid
             AND f.adnum::pg_catalog.int4 OPERATOR(pg_catalog.=) d.refobjsubid))
"""
_NUMBERING = f"""{FAMILY}
SELECT d.objid::pg_catalog.int8 {_OWNED}
AND EXISTS (SELECT 1 FROM family f WHERE f.number OPERATOR(pg_catalog.=) d.refobjid) {{named}} ORDER BY d.objid
"""
# With those of its partitions, and the rules beside.
_TRIGGERS = f"""{FAMILY}
SELECT t.tgtype::pg_catalog.int4 FROM pg_catalog.pg_trigger t
WHERE NOT t.tgisinternal AND t.tgenabled OPERATOR(pg_catalog.<>) 'D'::pg_catalog."char"
AND EXISTS (SELECT 1 FROM family f WHERE f.number OPERATOR(pg_catalog.=) t.tgrelid)
UNION ALL SELECT NULL::pg_catalog.int4 FROM pg_catalog.pg_rewrite r
WHERE r.ev_class OPERATOR(pg_catalog.=) {{number}}::pg_catalog.oid
"""
_EVENTS = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}
_ROW = 1
_FUNCTIONS = """
SELECT l.lanname::pg_catalog.text FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_language l ON l.oid OPERATOR(pg_catalog.=) p.prolang
WHERE p.proname OPERATOR(pg_catalog.=) {name}::pg_catalog.name AND p.provolatile OPERATOR(pg_catalog.=) 'v'::pg_catalog."char"
UNION SELECT l.lanname::pg_catalog.text FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_aggregate g ON g.aggfnoid::pg_catalog.oid OPERATOR(pg_catalog.=) p.oid
JOIN pg_catalog.pg_proc t ON t.oid OPERATOR(pg_catalog.=) g.aggtransfn::pg_catalog.oid
     OR t.oid OPERATOR(pg_catalog.=) g.aggfinalfn::pg_catalog.oid
JOIN pg_catalog.pg_language l ON l.oid OPERATOR(pg_catalog.=) t.prolang
WHERE p.proname OPERATOR(pg_catalog.=) {name}::pg_catalog.name AND t.provolatile OPERATOR(pg_catalog.=) 'v'::pg_catalog."char"
"""
# That of a table with its partitions, of which their own table has none; and which part of a column is empty.
_ESTIMATE = f"""{FAMILY}
SELECT coalesce((SELECT pg_catalog.sum(c.reltuples) FROM pg_catalog.pg_class c
    WHERE c.reltuples OPERATOR(pg_catalog.>) 0::pg_catalog.float4
    AND c.relkind OPERATOR(pg_catalog.<>) 'p'::pg_catalog."char"
    AND EXISTS (SELECT 1 FROM family f WHERE f.number OPERATOR(pg_catalog.=) c.oid)), 0::pg_catalog.float4)::pg_catalog.float8,
(SELECT s.null_frac::pg_catalog.float8 FROM pg_catalog.pg_stats s
 WHERE s.schemaname OPERATOR(pg_catalog.=) {{schema}}::pg_catalog.name
 AND s.tablename OPERATOR(pg_catalog.=) {{table}}::pg_catalog.name
 AND s.attname OPERATOR(pg_catalog.=) {{column}}::pg_catalog.name LIMIT 1)
"""
_PATH = "SELECT pg_catalog.unnest(pg_catalog.current_schemas(false))::pg_catalog.text"
_PATH_AS_WRITTEN = "SELECT pg_catalog.current_setting('search_path'), current_user::pg_catalog.text"
_EXTENSION = "SELECT 1 FROM pg_catalog.pg_extension e WHERE e.extname OPERATOR(pg_catalog.=) {name}::pg_catalog.name"
_HEARD_OF = """
SELECT 1 FROM pg_catalog.pg_proc p WHERE p.proname OPERATOR(pg_catalog.=) {name}::pg_catalog.name
UNION ALL SELECT 1 FROM pg_catalog.pg_type y WHERE y.typname OPERATOR(pg_catalog.=) {name}::pg_catalog.name
UNION ALL SELECT 1 FROM pg_catalog.pg_get_keywords() k WHERE k.word OPERATOR(pg_catalog.=) {name}::pg_catalog.text
"""
# No function of theirs changes rows.
_HARMLESS_EXTENSIONS = frozenset(
    (
        *("btree_gin", "btree_gist", "citext", "cube", "earthdistance", "fuzzystrmatch", "hstore", "intarray", "isn", "ltree"),
        *("pg_trgm", "pgcrypto", "plpgsql", "seg", "unaccent", "uuid-ossp", "vector"),
    )
)


class DatabaseCatalog:
    def __init__(self, aside: Aside) -> None:
        self._aside = aside
        self._until = time.monotonic() + _PATIENCE
        self.current_schema = str(self._ask("SELECT coalesce(pg_catalog.current_schema()::pg_catalog.text, 'public')")[0][0])
        self.path = tuple(str(row[0]) for row in self._ask(_PATH))
        self.is_path_of_its_own = "pg_catalog" in self.path
        # A plan of many steps asks of the same again and again.
        self.find: Callable[[Name], Relation | None] = lru_cache(maxsize=None)(self._find)
        self.column: Callable[[Relation, str], Column | None] = lru_cache(maxsize=None)(self._column)
        self.heirs: Callable[[Relation], list[Relation]] = lru_cache(maxsize=None)(self._heirs)
        self.rows: Callable[[Relation], Held] = lru_cache(maxsize=None)(self._rows)
        self.has_triggers: Callable[[Relation, str], bool] = lru_cache(maxsize=None)(self._has_triggers)
        self.may_write: Callable[[str], bool] = lru_cache(maxsize=None)(self._may_write)
        self.is_unheard_of: Callable[[str], bool] = lru_cache(maxsize=None)(self._is_unheard_of)

    def looks_into(self, schema: str) -> bool:
        written, user = self._ask(_PATH_AS_WRITTEN)[0]
        on_path = {part(one.strip()) for one in str(written).split(",") if one.strip()}
        return schema in on_path or (schema == user and "$user" in on_path)

    def brings_unknown(self, extension: str, cascade: bool) -> bool:
        if extension in _HARMLESS_EXTENSIONS and not cascade:
            return False
        return not self._ask(_EXTENSION.format(name=literal(extension)))

    def values(self, table: Relation, column: str) -> Held:
        rows = self.rows(table)
        if not rows.words:
            return rows
        # A row of which each part is empty is as empty as no row.
        return self._counted(table, "value", f" WHERE NOT ({identifier(column)} IS NULL)", column)

    def is_used(self, sequence: Relation) -> Held:
        where = f"{identifier(sequence.schema)}.{identifier(sequence.name)}"
        try:
            found = self._ask(_USED.format(where=where, number=sequence.number))
        except Unanswered as error:
            return Held("", str(error))
        return Held("its position" if found[0][0] == "true" else "")

    def is_of_a_column(self, sequence: Relation) -> bool:
        return bool(self._ask(_OWNED_ALONE.format(number=sequence.number)))

    def numbering(self, table: Relation, column: str) -> list[Relation]:
        named = f"AND a.attname OPERATOR(pg_catalog.=) {literal(column)}::pg_catalog.name" if column else ""
        found = self._ask(_NUMBERING.format(number=table.number, named=named))
        return [relation for row in found for relation in self._relation(str(row[0]))]

    def emptied_with(self, table: Relation) -> list[Relation]:
        found = dependents.referencing(self._ask, table.number)
        return [relation for number in found for relation in self._relation(str(number))]

    def changed_with(self, table: Relation, how: str, columns: tuple[str, ...] | None) -> list[tuple[Relation, bool]]:
        found = references.changed(self._ask, table.number, how == "delete", columns)
        return [(relation, goes) for number, goes in found.items() for relation in self._relation(str(number))]

    def dropped_with(self, what: Relation | DropCascade, column: str = "") -> list[tuple[Relation, str]] | None:
        if isinstance(what, Relation):
            roots = dependents.of_relation(self._ask, what.number, column)
        else:
            roots = dependents.named(self._ask, what.kind, what.name)
        if not roots:
            return None
        return [
            (relation, name) for number, name in dependents.walk(self._ask, roots) for relation in self._relation(str(number))
        ]

    def _find(self, name: Name) -> Relation | None:
        written = identifier(name.name) if name.schema is None else f"{identifier(name.schema)}.{identifier(name.name)}"
        found = self._relation(f"pg_catalog.to_regclass({literal(written)})")
        return found[0] if found else None

    def _relation(self, number: str) -> list[Relation]:
        found = self._ask(_RELATION.format(number=number))
        return [Relation(int(row[0]), row[1], row[2], row[3], row[4] == "true") for row in found]

    def _column(self, table: Relation, name: str) -> Column | None:
        found = self._ask(_COLUMN.format(number=table.number, column=literal(name)))
        return Column(str(found[0][0]), found[0][1] == "true") if found else None

    def _heirs(self, table: Relation) -> list[Relation]:
        found = references.heirs(self._ask, table.number) if table.is_table else []
        return [relation for number in found for relation in self._relation(str(number))]

    def _rows(self, table: Relation) -> Held:
        return self._counted(table, "row", "", "")

    def _has_triggers(self, table: Relation, events: str) -> bool:
        event, _, level = events.partition(" ")
        found = [row[0] for row in self._ask(_TRIGGERS.format(number=table.number))]
        return any(kind is None or (kind & _EVENTS[event] and not (level and kind & _ROW)) for kind in found)

    def _may_write(self, function: str) -> bool:
        languages = {str(row[0]) for row in self._ask(_FUNCTIONS.format(name=literal(function)))}
        return bool(languages) and not (function in _HARMLESS and languages <= {"internal", "c"})

    def _is_unheard_of(self, function: str) -> bool:
        return function not in _HARMLESS and not self._ask(_HEARD_OF.format(name=literal(function)))

    def _counted(self, table: Relation, unit: str, condition: str, column: str) -> Held:
        if time.monotonic() > self._until:
            return Held("", f"there is more to look at than {_PATIENCE:g} s allow")
        if table.hides_rows:
            return Held("", "a row security policy hides rows of it")
        try:
            where = f"{identifier(table.schema)}.{identifier(table.name)}"
            limited = f"SELECT 1 FROM {where}{condition} LIMIT {MOST_COUNTED + 1}"
            count = int(self._ask(f"SELECT pg_catalog.count(1) FROM ({limited}) found")[0][0])
        except Unanswered as error:
            return Held("", str(error))
        if count <= MOST_COUNTED:
            return Held(_number(count, unit) if count else "")
        parts = {"schema": literal(table.schema), "table": literal(table.name), "column": literal(column)}
        estimate, empty = self._ask(_ESTIMATE.format(number=table.number, **parts))[0]
        about = round(float(estimate) * (1 - float(empty or 0)))
        return Held(f"about {_rounded(about):,} {unit}s" if about > MOST_COUNTED else f"more than {MOST_COUNTED:,} {unit}s")

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self._aside.ask(sql)


def _number(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _rounded(count: int) -> int:
    """To three digits: no estimate is better."""
    unit: int = 10 ** max(0, len(str(count)) - 3)
    return round(count / unit) * unit
