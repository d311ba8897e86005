"""Transactions of two-phase commits that were prepared and that nobody has decided yet: no session holds their locks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from dbmigration.session.session import Ask
from dbmigration.sql.quote import literal

DECISION = (
    "no session has it: whoever coordinates it decides between COMMIT PREPARED and ROLLBACK PREPARED, and until then it keeps "
    "its locks"
)

_SEEN = """
SELECT x.gid, x.owner::pg_catalog.text,
       extract(epoch FROM pg_catalog.now() OPERATOR(pg_catalog.-) x.prepared)::pg_catalog.int4
FROM pg_catalog.pg_prepared_xacts x
WHERE x.database OPERATOR(pg_catalog.=) pg_catalog.current_database() AND {condition}
ORDER BY x.prepared LIMIT 1
"""
# Its own number is among its locks, whatever virtual transaction they belong to.
_BLOCKS = """EXISTS (
  SELECT 1 FROM pg_catalog.pg_locks w, pg_catalog.pg_locks h, pg_catalog.pg_locks n
  WHERE w.pid OPERATOR(pg_catalog.=) {pid} AND NOT w.granted AND h.granted AND h.pid IS NULL
    AND pg_catalog.concat_ws('/', h.locktype, h.relation, h.transactionid)
      OPERATOR(pg_catalog.=) pg_catalog.concat_ws('/', w.locktype, w.relation, w.transactionid)
    AND n.virtualtransaction OPERATOR(pg_catalog.=) h.virtualtransaction
    AND pg_catalog.concat(n.transactionid) OPERATOR(pg_catalog.=) pg_catalog.concat(x.transaction)
)"""
_NAMED = "x.gid OPERATOR(pg_catalog.=) ANY (ARRAY[{names}])"


def blocking(ask: Ask, pid: int) -> str | None:
    """The oldest that holds what this process waits for."""
    return _seen(ask, _BLOCKS.format(pid=pid))


def undecided(ask: Ask, names: list[str]) -> str | None:
    """The oldest of these that is there."""
    return _seen(ask, _NAMED.format(names=", ".join(map(literal, names)))) if names else None


def _seen(ask: Ask, condition: str) -> str | None:
    rows = ask(_SEEN.format(condition=condition))
    return _description(rows[0]) if rows else None


def _description(row: tuple[Any, ...]) -> str:
    name, owner, seconds = row
    since = datetime.now(timezone.utc) - timedelta(seconds=float(seconds))
    return f"transaction '{name}' of {owner}, prepared since {since:%Y-%m-%dT%H:%M:%SZ}"
