"""Names of objects as a statement writes them, and as the catalog has them."""

from __future__ import annotations

from typing import NamedTuple

from dbmigration.sql.lexer import folded

# The server cuts off what is longer.
LONGEST = 63


class Name(NamedTuple):
    schema: str | None
    """None where the search path says it."""
    name: str

    def __str__(self) -> str:
        return self.name if self.schema is None else f"{self.schema}.{self.name}"


def part(written: str) -> str | None:
    """One part of a name as the catalog has it; None where only the server knows what its escapes mean."""
    if written[:3].lower() == 'u&"':
        return None
    plain = written[1:-1].replace('""', '"') if written.startswith('"') else folded(written)
    return plain.encode()[:LONGEST].decode("utf-8", "ignore")
