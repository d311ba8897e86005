"""Puts the search path back where a step leaves one on which nothing can be found.

The text of a pg_dump begins by emptying it, for the rest of the session: Alembic would not find its own version table, and the
next step no schema to create a table in. A path on which Alembic finds its table was set on purpose and stays.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dbmigration.sql.quote import identifier, literal

if TYPE_CHECKING:
    from dbmigration.session.session import Session
    from dbmigration.session.version_table import VersionTable

_LOOK = (
    "SELECT pg_catalog.current_setting('search_path'), (pg_catalog.to_regclass({short})::pg_catalog.oid "
    "IS DISTINCT FROM pg_catalog.to_regclass({full})::pg_catalog.oid)::pg_catalog.text"
)


def kept(step: Callable[..., Any], session: Session, table: VersionTable, by_path: bool) -> Callable[..., Any]:
    """The same step, which leaves the session a search path that can be used. `by_path` says that Alembic names its table
    without a schema."""
    before = session.search_path()
    found = table.quoted if not by_path else identifier(table.table)
    look = _LOOK.format(short=literal(found), full=literal(table.quoted))

    @functools.wraps(step)
    def run(*args: Any, **kw: Any) -> None:
        step(*args, **kw)
        path, is_lost = session.query(look)[0]
        if path != before and (is_lost == "true" or not str(path).strip(' "')):
            # For the session, as the dump did it, and as far as this transaction is committed.
            session.query(f"SELECT pg_catalog.set_config('search_path', {literal(before)}, false)")

    return run
