"""The table in which a database keeps what was run in it: how it is made, and whether what has its name is that table.

It is in a schema of its own, at which neither autogenerate nor a dump of the application's schemas looks. Whoever owns it can
have code run by each who writes to it, so one that belongs to somebody else is not written, and not believed either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dbmigration.sql.quote import identifier, without_percent

if TYPE_CHECKING:
    from dbmigration.session.session import Session

SCHEMA = "dbmigrations"
NAME = f"{SCHEMA}.history"
PROBLEM = "dbmigration.history"
"""The setting in which a session keeps why it could not write a row."""

_TEXT, _TEXTS, _INT8, _INSTANT = 25, 1009, 20, 1184
_TYPES = {_TEXT: "text", _TEXTS: "text[]", _INT8: "int8", _INSTANT: "timestamptz"}
# The numbers of these types are the same on every server.
COLUMNS = {
    "version_table": _TEXT,
    "revision": _TEXT,
    "direction": _TEXT,
    "heads_before": _TEXTS,
    "heads": _TEXTS,
    "at": _INSTANT,
    "transaction": _INT8,
    "image": _TEXT,
    "resource": _TEXT,
    "uid": _TEXT,
    "attempt": _INT8,
    "plan": _TEXT,
    "script": _TEXT,
    "approver": _TEXT,
    "override": _TEXT,
}
_NEVER_NULL = ("version_table", "revision", "direction", "heads_before", "heads", "at", "transaction")
_COMMENT = (
    "The steps of migrations that dbmigrations.io ran in this database. Nothing needs it in order to migrate: it may be "
    "read by anybody who is let, and dropped."
)
# "dbmg" and "hist": whoever creates it does so alone.
_LOCK = "1684172135, 1751741300"
_TRUSTED = (
    "(pg_catalog.pg_get_userbyid({owner}) OPERATOR(pg_catalog.=) CURRENT_USER "
    "OR (SELECT o.rolsuper FROM pg_catalog.pg_roles o WHERE o.oid OPERATOR(pg_catalog.=) {owner}) "
    "OR (pg_catalog.pg_has_role({owner}, 'USAGE') AND NOT (SELECT m.rolsuper FROM pg_catalog.pg_roles m "
    "WHERE m.rolname OPERATOR(pg_catalog.=) CURRENT_USER)))::pg_catalog.text"
)
_LOOK = f"""
SELECT pg_catalog.set_config('{PROBLEM}', '', false), CURRENT_USER::pg_catalog.text,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')::pg_catalog.text,
       EXISTS (SELECT FROM pg_catalog.pg_language l WHERE l.lanname OPERATOR(pg_catalog.=) 'plpgsql'::pg_catalog.name
               AND pg_catalog.has_language_privilege(l.oid, 'USAGE'))::pg_catalog.text,
       pg_catalog.pg_get_userbyid(n.nspowner)::pg_catalog.text, {_TRUSTED.format(owner="n.nspowner")},
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')::pg_catalog.text,
       pg_catalog.has_schema_privilege(n.oid, 'CREATE')::pg_catalog.text,
       c.relkind::pg_catalog.text, pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text,
       {_TRUSTED.format(owner="c.relowner")},
       pg_catalog.has_table_privilege(c.oid, 'SELECT')::pg_catalog.text,
       pg_catalog.has_table_privilege(c.oid, 'INSERT')::pg_catalog.text,
       (c.relhasrules OR c.relrowsecurity
        OR EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid OPERATOR(pg_catalog.=) c.oid))::pg_catalog.text,
       (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attname, a.atttypid), ',') FROM pg_catalog.pg_attribute a
        WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped)
FROM (SELECT 1) one
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) '{SCHEMA}'::pg_catalog.name
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid
     AND c.relname OPERATOR(pg_catalog.=) 'history'::pg_catalog.name
"""


class Found(NamedTuple):
    """What there is of it, for the role of the session."""

    is_there: bool
    flaw: str | None
    """Why it can be neither written nor created, with the remedy."""
    unreadable: str | None
    """Why what it says cannot be had; None also where there is none."""


def look(session: Session) -> Found:
    """Asks the catalog only, and so never fails and never waits. What is noted of a former problem is cleared."""
    row = session.query(_LOOK)[0]
    mine, may_create_schema, has_language, schema_owner, schema_trusted, may_use, may_create = row[1:8]
    kind, owner, trusted, may_read, may_write, has_more, columns = row[8:]
    database = session.database
    foreign = None
    if schema_owner is not None and schema_trusted != "true":
        foreign = f"schema {SCHEMA} belongs to role {schema_owner}, of which {mine} is no member"
    elif kind is not None and trusted != "true":
        foreign = f"{NAME} belongs to role {owner}, of which {mine} is no member"
    if foreign is not None:
        why = f"{foreign}. {_OTHER}"
        return Found(kind is not None, why, why if kind is not None else None)
    if kind is not None:
        odd = _oddity(kind, has_more == "true", columns or "")
        if odd is not None:
            why = f"{NAME} {odd}. {_RENAME}"
            return Found(True, why, why)
        grant = f"GRANT USAGE ON SCHEMA {SCHEMA} TO {identifier(mine)}; GRANT SELECT, INSERT ON {NAME} TO {identifier(mine)}"
        lacking = f"{mine} may not {{}} {NAME}: {grant}."
        unreadable = None if (may_use, may_read) == ("true", "true") else lacking.format("read")
        flaw = None if (may_use, may_write) == ("true", "true") else lacking.format("write to")
        return Found(True, flaw or _without_language(has_language, database), unreadable)
    if schema_owner is None and may_create_schema != "true":
        create = f"GRANT CREATE ON DATABASE {identifier(database)} TO {identifier(mine)}"
        own = f"CREATE SCHEMA {SCHEMA} AUTHORIZATION {identifier(mine)}"
        return Found(False, f"{mine} may not create schema {SCHEMA} in {database}: {create}, or {own}.", None)
    if schema_owner is not None and may_create != "true":
        grant = f"GRANT USAGE, CREATE ON SCHEMA {SCHEMA} TO {identifier(mine)}"
        return Found(False, f"{mine} may not create {NAME}: {grant}.", None)
    return Found(False, _without_language(has_language, database), None)


_OTHER = "Let one role own both that all who migrate here are members of (ALTER SCHEMA, ALTER TABLE … OWNER TO)."
_RENAME = f"Rename it (ALTER TABLE {NAME} RENAME TO …): a new one is made then."


def _without_language(has_language: str, database: str) -> str | None:
    return None if has_language == "true" else f"{database} lacks PL/pgSQL: CREATE EXTENSION plpgsql."


def _oddity(kind: str, has_more: bool, columns: str) -> str | None:
    if kind != "r":
        return "is no table"
    there = dict(column.rsplit(" ", 1) for column in columns.split(",") if " " in column)
    other = [name for name, number in COLUMNS.items() if there.get(name) != str(number)]
    if other:
        return f"has not the columns that it is made with ({', '.join(other[:4])}{' …' * (len(other) > 4)})"
    return "has triggers, rules or policies that it is not made with" if has_more else None


def creation(waits: bool) -> str:
    """`waits` for another one that creates it just now; one that does not may find nothing done."""
    lines = [f"{name} pg_catalog.{_TYPES[number]}{' NOT NULL' * (name in _NEVER_NULL)}" for name, number in COLUMNS.items()]
    columns = ", ".join(["id pg_catalog.int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY", *lines])
    made = (
        f"IF pg_catalog.to_regnamespace('{SCHEMA}') IS NULL THEN CREATE SCHEMA {SCHEMA}; END IF; "
        f"CREATE TABLE IF NOT EXISTS {NAME} ({columns}); "
        f"CREATE INDEX IF NOT EXISTS history_by_time ON {NAME} (version_table, at, id); "
        f"COMMENT ON TABLE {NAME} IS {without_percent(_COMMENT)};"
    )
    if waits:
        return _block(f"PERFORM pg_catalog.pg_advisory_xact_lock({_LOCK}); {made}")
    return _block(f"IF pg_catalog.pg_try_advisory_xact_lock({_LOCK}) THEN {made} END IF;", is_kept_in=True)


def insertion(values: dict[str, str]) -> str:
    """Of expressions, by column. What goes wrong is noted in the session, and takes nothing else back."""
    return _block(f"INSERT INTO {NAME} ({', '.join(values)}) VALUES ({', '.join(values.values())});", is_kept_in=True)


def unread(why: str) -> str:
    return f"the database's history was not read: {why}"


def problem() -> str:
    """Asks for what was noted."""
    return f"SELECT pg_catalog.current_setting('{PROBLEM}', true)"


def _block(body: str, is_kept_in: bool = False) -> str:
    kept = f"EXCEPTION WHEN OTHERS THEN PERFORM pg_catalog.set_config('{PROBLEM}', SQLERRM, false); "
    return f"DO LANGUAGE plpgsql {without_percent(f'BEGIN {body} {kept * is_kept_in}END')}"
