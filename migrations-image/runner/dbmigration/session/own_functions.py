"""Which functions of the database's own are behind what a statement names: a view, a default, an operator, an event.

What comes with an extension is known, and is none of them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbmigration.session.session import Ask

# The server's own have lesser numbers.
FIRST_OWN = 16384
# Whether a function `p` writes is the catalog's word; of an aggregate, `g` or nothing, its parts say it.
WRITES = """(p.provolatile OPERATOR(pg_catalog.=) 'v'::pg_catalog."char" OR EXISTS (
    SELECT 1 FROM pg_catalog.pg_proc t WHERE t.provolatile OPERATOR(pg_catalog.=) 'v'::pg_catalog."char"
    AND (t.oid OPERATOR(pg_catalog.=) g.aggtransfn::pg_catalog.oid
         OR t.oid OPERATOR(pg_catalog.=) g.aggfinalfn::pg_catalog.oid)))"""
_OWN = f"""
WITH RECURSIVE extension(class, object) AS (
    SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char"
), own(function, name, writes) AS (
    SELECT p.oid, p.proname::pg_catalog.text,
           {WRITES}::pg_catalog.text
    FROM pg_catalog.pg_proc p
    LEFT JOIN pg_catalog.pg_aggregate g ON g.aggfnoid::pg_catalog.oid OPERATOR(pg_catalog.=) p.oid
    WHERE p.oid OPERATOR(pg_catalog.>=) {FIRST_OWN}::pg_catalog.oid
    AND NOT EXISTS (SELECT 1 FROM extension e WHERE e.object OPERATOR(pg_catalog.=) p.oid
                    AND e.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid)
), calls(class, object, function, name) AS (
    SELECT d.classid, d.objid, w.function, w.name FROM pg_catalog.pg_depend d
    JOIN own w ON w.function OPERATOR(pg_catalog.=) d.refobjid
    AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
)"""
_WRITERS = f"{_OWN} SELECT w.name FROM own w WHERE w.writes OPERATOR(pg_catalog.=) 'true'::pg_catalog.text"
# The relations whose rules or policies call one of them, through other views as well; and what a column's notation calls.
_READ = f"""{_OWN}, rule(relation, class, object) AS (
    SELECT r.ev_class, 'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid, r.oid FROM pg_catalog.pg_rewrite r
    UNION ALL
    SELECT o.polrelid, 'pg_catalog.pg_policy'::pg_catalog.regclass::pg_catalog.oid, o.oid FROM pg_catalog.pg_policy o
), found(relation, name) AS (
    SELECT r.relation, k.name FROM rule r JOIN calls k ON k.object OPERATOR(pg_catalog.=) r.object
    AND k.class OPERATOR(pg_catalog.=) r.class
    UNION
    SELECT r.relation, f.name FROM rule r JOIN pg_catalog.pg_depend d ON d.objid OPERATOR(pg_catalog.=) r.object
    AND d.classid OPERATOR(pg_catalog.=) r.class
    AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
    JOIN found f ON f.relation OPERATOR(pg_catalog.=) d.refobjid AND r.relation OPERATOR(pg_catalog.<>) d.refobjid
)
SELECT c.relname::pg_catalog.text, f.name FROM found f JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) f.relation
UNION
SELECT w.name, w.name FROM own w JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) w.function
JOIN pg_catalog.pg_type y ON y.oid OPERATOR(pg_catalog.=) p.proargtypes[0]
AND y.typtype OPERATOR(pg_catalog.=) 'c'::pg_catalog."char"
WHERE p.pronargs OPERATOR(pg_catalog.=) 1::pg_catalog.int2
"""
# Domains whose checks and defaults call one, and the types that are made of these; those of tables' rows are named by a cast.
_TYPES = f"""{_OWN}, holds(part, whole) AS (
    SELECT y.typbasetype, y.oid FROM pg_catalog.pg_type y WHERE y.typtype OPERATOR(pg_catalog.=) 'd'::pg_catalog."char"
    UNION ALL SELECT y.typelem, y.oid FROM pg_catalog.pg_type y
    WHERE y.typelem OPERATOR(pg_catalog.>=) {FIRST_OWN}::pg_catalog.oid
    UNION ALL SELECT r.rngsubtype, r.rngtypid FROM pg_catalog.pg_range r
    UNION ALL SELECT a.atttypid, c.reltype FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) a.attrelid AND NOT a.attisdropped
    AND c.reltype OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
), typed(number, name) AS (
    SELECT n.contypid, k.name FROM pg_catalog.pg_constraint n JOIN calls k ON k.object OPERATOR(pg_catalog.=) n.oid
    AND k.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid
    WHERE n.contypid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
    UNION
    SELECT y.oid, k.name FROM pg_catalog.pg_type y JOIN calls k ON k.object OPERATOR(pg_catalog.=) y.oid
    AND k.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid
    WHERE y.typtype OPERATOR(pg_catalog.=) 'd'::pg_catalog."char"
    UNION
    SELECT h.whole, y.name FROM holds h JOIN typed y ON y.number OPERATOR(pg_catalog.=) h.part
)"""
_DOMAINS = f"""{_TYPES}
SELECT y.typname::pg_catalog.text, t.name FROM typed t JOIN pg_catalog.pg_type y ON y.oid OPERATOR(pg_catalog.=) t.number
WHERE y.typcategory OPERATOR(pg_catalog.<>) 'A'::pg_catalog."char" AND NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_class c WHERE c.reltype OPERATOR(pg_catalog.=) y.oid
    AND c.relkind OPERATOR(pg_catalog.<>) 'c'::pg_catalog."char")
"""
# The tables that call one for what is written into them: for a default or a check, for an index or the choice of a partition,
# or for a column of such a type.
_WRITTEN = f"""{_TYPES}, written(relation, name) AS (
    SELECT t.adrelid, k.name FROM pg_catalog.pg_attrdef t JOIN calls k ON k.object OPERATOR(pg_catalog.=) t.oid
    AND k.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_attrdef'::pg_catalog.regclass::pg_catalog.oid
    UNION
    SELECT n.conrelid, k.name FROM pg_catalog.pg_constraint n JOIN calls k ON k.object OPERATOR(pg_catalog.=) n.oid
    AND k.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid
    UNION
    SELECT coalesce(i.indrelid, k.object), k.name FROM calls k
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) k.object
    WHERE k.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
    UNION
    SELECT a.attrelid, t.name FROM pg_catalog.pg_attribute a JOIN typed t ON t.number OPERATOR(pg_catalog.=) a.atttypid
    WHERE NOT a.attisdropped
)
SELECT c.relname::pg_catalog.text, w.name FROM written w
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) w.relation
"""
_SIGNS = f"""{_OWN}
SELECT 'operator ' OPERATOR(pg_catalog.||) o.oprname::pg_catalog.text, w.name FROM pg_catalog.pg_operator o
JOIN own w ON w.function OPERATOR(pg_catalog.=) o.oprcode::pg_catalog.oid
UNION
SELECT 'a cast to ' OPERATOR(pg_catalog.||) pg_catalog.format_type(c.casttarget, NULL), w.name FROM pg_catalog.pg_cast c
JOIN own w ON w.function OPERATOR(pg_catalog.=) c.castfunc
"""


class OwnFunctions:
    """By the names of what calls them, their own names."""

    def __init__(self, ask: Ask) -> None:
        self._suspects = frozenset(str(row[0]) for row in ask(_WRITERS))
        self._read = _by_object(ask(_READ))
        self._written = _by_object(ask(_WRITTEN))
        self._domains = _by_object(ask(_DOMAINS))
        self._signs = _by_object(ask(_SIGNS))

    @property
    def is_empty(self) -> bool:
        return not (self._read or self._written or self._domains or self._signs)

    def with_suspects(self, functions: Iterable[str]) -> OwnFunctions:
        """These may write as well."""
        found = copy.copy(self)
        found._suspects = self._suspects.union(functions)
        return found

    def read(self, names: Iterable[str]) -> list[str]:
        """Those of the names whose rows, or whose notation as a column, call one that may write."""
        return self._calling(self._read, names)

    def written(self, names: Iterable[str]) -> list[str]:
        return self._calling(self._written, names)

    def domains(self, names: Iterable[str]) -> list[str]:
        return self._calling(self._domains, names)

    @property
    def signs(self) -> list[str]:
        """Operators and casts."""
        return self._calling(self._signs, self._signs)

    def _calling(self, known: dict[str, set[str]], names: Iterable[str]) -> list[str]:
        return sorted(name for name in set(names) if not self._suspects.isdisjoint(known.get(name, ())))


def _by_object(rows: list[tuple[Any, ...]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(str(row[0]), set()).add(str(row[1]))
    return found
