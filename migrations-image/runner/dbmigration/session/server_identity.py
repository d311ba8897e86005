"""The identifier that a server got when it was made: by it two databases of one name are told apart."""

from __future__ import annotations

from dbmigration.session.session import Ask

SYSTEM = "SELECT s.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() s"
_MAY_ASK = (
    "SELECT pg_catalog.has_function_privilege(p.oid, 'EXECUTE')::pg_catalog.text "
    "FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace "
    "WHERE n.nspname OPERATOR(pg_catalog.=) 'pg_catalog' AND p.proname OPERATOR(pg_catalog.=) 'pg_control_system'"
)


def system(ask: Ask) -> str | None:
    """None where the role may not ask for it: an error would end the transaction of env.py's."""
    return str(ask(SYSTEM)[0][0]) if ask(_MAY_ASK) == [("true",)] else None
