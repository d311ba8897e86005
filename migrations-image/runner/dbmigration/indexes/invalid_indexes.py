"""Indexes that a failed CREATE INDEX CONCURRENTLY leaves behind: there by name, used for nothing, checking nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from dbmigration.reasons import INVALID_INDEX
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.sql.quote import identifier

# One that another session is building right now is invalid too, and nobody's fault. Which table it is at, the server shows
# to few; its lock on the table it shows to everybody, and others that take the same lock, such as vacuum, build nothing.
_INVALID = """
SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, t.relname::pg_catalog.text, i.indisunique::pg_catalog.text,
       i.indexrelid::pg_catalog.int8, i.indrelid::pg_catalog.int8
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE NOT i.indisvalid AND c.relkind OPERATOR(pg_catalog.=) 'i' AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
AND NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_stat_progress_create_index p ON p.pid OPERATOR(pg_catalog.=) l.pid
    WHERE l.relation OPERATOR(pg_catalog.=) i.indrelid AND l.granted
    AND l.mode OPERATOR(pg_catalog.=) 'ShareUpdateExclusiveLock'
    AND l.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
    AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d
        WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))
ORDER BY 1, 2
"""


class InvalidIndex(NamedTuple):
    schema: str
    name: str
    table: str
    unique: bool
    number: int
    """The catalog's own, which an index that is made anew under the same name does not have."""
    table_number: int

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    def remedy(self, own: bool) -> str:
        """What is wrong and what to do; the next run itself drops its own."""
        quoted = f"{identifier(self.schema)}.{identifier(self.name)}"
        cause = (
            "are there values twice? which of them are right?" if self.unique else "the failure, or the log of the Job, has it"
        )
        harm = "does not keep duplicates out" if self.unique else "is not used by any query"
        way = (
            f"then {RETRY}; the index is dropped first" if own else f"then run `DROP INDEX CONCURRENTLY {quoted};` and {RETRY}"
        )
        return (
            f"index {self} on {self.schema}.{self.table} is invalid: its CREATE INDEX CONCURRENTLY did not end well, and it "
            f"{harm}. Mend the cause ({cause}), {way}"
        )

    def named_in(self, text: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(self.name)}(?!\w)", text) is not None


def read(ask: Any) -> tuple[InvalidIndex, ...]:
    return tuple(InvalidIndex(row[0], row[1], row[2], row[3] == "true", int(row[4]), int(row[5])) for row in ask(_INVALID))


def named_by(invalid: Iterable[InvalidIndex], scripts: Iterable[Any]) -> InvalidIndex | None:
    """The first of these that one of the scripts speaks of. An invalid index that is none of ours stops nobody."""
    found = list(invalid)
    if not found:
        return None
    for script in scripts:
        with open(script.path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        for index in found:
            if index.named_in(text):
                return index
    return None


def refuse(
    found: Iterable[InvalidIndex],
    before: Collection[InvalidIndex],
    touched: str,
    revision: str,
    is_own: Callable[[InvalidIndex], bool] | None,
) -> None:
    """Raises for one that the revision left or named: IF NOT EXISTS takes it for the one that is wanted, and the revision
    must not count as applied then."""
    for index in found:
        if index not in before or index.named_in(touched):
            own = is_own is not None and is_own(index)
            raise Refusal(
                INVALID_INDEX, f"revision {revision} is not taken for applied: {index.remedy(own)}.", revision=revision
            )
