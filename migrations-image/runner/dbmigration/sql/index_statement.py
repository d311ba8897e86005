"""Which index a statement builds concurrently, as far as its text says so."""

from __future__ import annotations

from dataclasses import dataclass

from dbmigration.sql.lexer import folded
from dbmigration.sql.phrase import Phrase
from dbmigration.sql.splitter import statements

# It stands where the name of an index would, if there were one.
_ON = frozenset(("on",))


@dataclass(frozen=True)
class IndexStatement:
    index: str
    """The name as the catalog has it. The index lies in the schema of its table."""
    table: str
    """As it is written in the statement, without comments: where it lies, the search path says."""


def read(text: str) -> IndexStatement | None:
    """None for any other statement, for several at once, and for an index that the server is to find a name for."""
    found = statements(text)
    first = next(found, None)
    if first is None or first.is_broken or next(found, None) is not None:
        return None
    phrase = Phrase(first)
    if not phrase.take("create"):
        return None
    phrase.take("unique")
    if not phrase.take("index", "concurrently"):
        return None
    phrase.take("if", "not", "exists")
    index = phrase.name(_ON)
    if index is None or not phrase.take("on"):
        return None
    phrase.take("only")
    table = phrase.qualified_name()
    # What the escapes of U&"…" mean, only the server says.
    return None if table is None or 'u&"' in f"{index}.{table}".lower() else IndexStatement(_in_catalog(index), table)


def _in_catalog(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else folded(name)
