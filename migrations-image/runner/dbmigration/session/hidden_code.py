"""Code of the database's own that a statement runs without calling it by name: behind a view, a default, an operator, an event.

A function that says of itself that it only reads, and does not, is not found out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dbmigration.planning.holdings import Unanswered
from dbmigration.sql.effect import Effect, Unknown
from dbmigration.sql.names import part
from dbmigration.sql.splitter import statements
from dbmigration.sql.words import Words

_READING = frozenset(("select", "with", "values", "table", "(", "insert", "update", "delete", "merge", "create", "refresh"))
_WRITING = frozenset(("insert", "update", "merge", "with"))
_FIRST_OWN = 16384
# Those that write, by the catalog's word; of an aggregate its parts say it. What comes with an extension is known.
_WRITERS = f"""
WITH RECURSIVE extension(class, object) AS (
    SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char"
), writer(function) AS (
    SELECT p.oid FROM pg_catalog.pg_proc p
    LEFT JOIN pg_catalog.pg_aggregate g ON g.aggfnoid::pg_catalog.oid OPERATOR(pg_catalog.=) p.oid
    WHERE p.oid OPERATOR(pg_catalog.>=) {_FIRST_OWN}::pg_catalog.oid
    AND NOT EXISTS (SELECT 1 FROM extension e WHERE e.object OPERATOR(pg_catalog.=) p.oid
                    AND e.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid)
    AND (p.provolatile OPERATOR(pg_catalog.=) 'v'::pg_catalog."char" OR EXISTS (
        SELECT 1 FROM pg_catalog.pg_proc t WHERE t.provolatile OPERATOR(pg_catalog.=) 'v'::pg_catalog."char"
        AND (t.oid OPERATOR(pg_catalog.=) g.aggtransfn::pg_catalog.oid
             OR t.oid OPERATOR(pg_catalog.=) g.aggfinalfn::pg_catalog.oid)))
)"""
# The relations whose rules reach one of them, through other views as well; and what a column's notation calls.
_READ = f"""{_WRITERS}, needs(relation, class, object) AS (
    SELECT r.ev_class, d.refclassid, d.refobjid FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_depend d ON d.objid OPERATOR(pg_catalog.=) r.oid
    AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid
    AND (d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
         OR d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid)
), found(relation) AS (
    SELECT n.relation FROM needs n JOIN writer w ON w.function OPERATOR(pg_catalog.=) n.object
    AND n.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
    UNION
    SELECT n.relation FROM needs n JOIN found f ON f.relation OPERATOR(pg_catalog.=) n.object
    AND n.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
    AND n.relation OPERATOR(pg_catalog.<>) n.object
)
SELECT c.relname::pg_catalog.text FROM found f JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) f.relation
UNION
SELECT p.proname::pg_catalog.text FROM writer w JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) w.function
JOIN pg_catalog.pg_type y ON y.oid OPERATOR(pg_catalog.=) p.proargtypes[0]
AND y.typtype OPERATOR(pg_catalog.=) 'c'::pg_catalog."char"
WHERE p.pronargs OPERATOR(pg_catalog.=) 1::pg_catalog.int2
"""
# The tables whose defaults and checks, or those of a column's domain, do.
_WRITTEN = f"""{_WRITERS}, needs(relation, domain) AS (
    SELECT t.adrelid, 0::pg_catalog.oid FROM pg_catalog.pg_attrdef t
    JOIN pg_catalog.pg_depend d ON d.objid OPERATOR(pg_catalog.=) t.oid
    JOIN writer w ON w.function OPERATOR(pg_catalog.=) d.refobjid
    UNION
    SELECT n.conrelid, n.contypid FROM pg_catalog.pg_constraint n
    JOIN pg_catalog.pg_depend d ON d.objid OPERATOR(pg_catalog.=) n.oid
    JOIN writer w ON w.function OPERATOR(pg_catalog.=) d.refobjid
)
SELECT DISTINCT c.relname::pg_catalog.text FROM pg_catalog.pg_class c WHERE EXISTS (
    SELECT 1 FROM needs n WHERE n.relation OPERATOR(pg_catalog.=) c.oid OR EXISTS (
        SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid
        AND n.domain OPERATOR(pg_catalog.<>) 0::pg_catalog.oid AND a.atttypid OPERATOR(pg_catalog.=) n.domain))
"""
_DOMAINS = f"""{_WRITERS}
SELECT y.typname::pg_catalog.text FROM pg_catalog.pg_type y JOIN pg_catalog.pg_constraint n
ON n.contypid OPERATOR(pg_catalog.=) y.oid JOIN pg_catalog.pg_depend d ON d.objid OPERATOR(pg_catalog.=) n.oid
JOIN writer w ON w.function OPERATOR(pg_catalog.=) d.refobjid
"""
_SIGNS = f"""{_WRITERS}
SELECT 'operator ' OPERATOR(pg_catalog.||) o.oprname::pg_catalog.text FROM pg_catalog.pg_operator o
JOIN writer w ON w.function OPERATOR(pg_catalog.=) o.oprcode::pg_catalog.oid
UNION
SELECT 'a cast to ' OPERATOR(pg_catalog.||) pg_catalog.format_type(c.casttarget, NULL) FROM pg_catalog.pg_cast c
JOIN writer w ON w.function OPERATOR(pg_catalog.=) c.castfunc
ORDER BY 1
"""
_EVENTS = """
SELECT e.evtname::pg_catalog.text FROM pg_catalog.pg_event_trigger e
WHERE e.evtenabled OPERATOR(pg_catalog.<>) 'D'::pg_catalog."char" AND NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid OPERATOR(pg_catalog.=) e.oid
    AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_event_trigger'::pg_catalog.regclass::pg_catalog.oid
    AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char")
ORDER BY 1
"""
_STRINGS = "SELECT pg_catalog.current_setting('standard_conforming_strings')"


class HiddenCode:
    def __init__(self, ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
        self._problem = ""
        try:
            self._look(ask)
        except Unanswered as error:
            self._problem = f"the database's own code: {error}"

    def _look(self, ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
        self._read = {str(row[0]) for row in ask(_READ)}
        self._written = {str(row[0]) for row in ask(_WRITTEN)}
        self._domains = {str(row[0]) for row in ask(_DOMAINS)}
        self._signs = [str(row[0]) for row in ask(_SIGNS)]
        self._events = [str(row[0]) for row in ask(_EVENTS)]
        self._is_other_lexing = ask(_STRINGS)[0][0] != "on"

    def effects(self, text: str) -> Iterator[Effect]:
        """What nobody can tell of the statements of this text."""
        if self._problem:
            yield Unknown(self._problem)
            return
        if self._is_other_lexing and "\\" in text:
            yield Unknown("a backslash, where standard_conforming_strings is off")
        if not (self._read or self._written or self._domains or self._signs or self._events):
            return
        for statement in statements(text):
            words = Words.of(statement)
            verb = words.seen()
            names = {part(word.written) or "" for word in words.rest() if word.is_name}
            if verb in _READING:
                yield from (Unknown(f"reading {name}, whose functions may write") for name in sorted(self._read & names))
                yield from (Unknown(f"{sign}, whose function may write") for sign in self._signs[:1])
            if verb != "drop":
                yield from (Unknown(f"domain {name}, whose check may write") for name in sorted(self._domains & names))
            if words.has("validate"):
                yield from (Unknown(f"validating {name}, whose checks may write") for name in self._into(names))
            if verb in _WRITING:
                yield from (Unknown(f"inserting into {name}, whose defaults or checks may write") for name in self._into(names))
            if verb not in _READING or verb == "create":
                yield from (Unknown(f"event trigger {event}, which runs with it") for event in self._events[:1])

    def _into(self, names: set[str]) -> list[str]:
        return sorted(self._written & names)
