"""What a DROP takes with it."""

from __future__ import annotations

from collections.abc import Iterator

from dbmigration.sql.effect import DropCascade, DropSequence, DropTable, DropView, Effect, MoveSchema, Unknown
from dbmigration.sql.words import Words

# Of these a CASCADE may take tables or columns along.
_FOLLOWED = {
    "schema": "schema",
    "type": "type",
    "domain": "type",
    "function": "function",
    "procedure": "function",
    "routine": "function",
    "aggregate": "function",
}
# What makes nothing but what is derived from other data, or what checks and guards it.
_HARMLESS = frozenset(("index", "trigger", "rule", "policy", "statistics", "publication"))
_HARMLESS_WITHOUT_CASCADE = frozenset(
    ("access", "cast", "collation", "conversion", "foreign", "language", "operator", "server", "text")
)


def read(words: Words) -> Iterator[Effect]:
    """Behind DROP."""
    cascade = words.has("cascade")
    kind = words.take_one_of(("table", "view", "sequence", "extension", *_FOLLOWED))
    if words.take("materialized", "view"):
        kind = "view"
    if kind:
        rest = words.rest()
        # Without CASCADE the server refuses it if anything depends on it.
        if kind not in _FOLLOWED or cascade:
            yield from _named(words, kind, cascade)
        if kind == "schema":
            yield from _schemas(Words(rest))
    elif words.take("foreign", "table") or words.seen() in _HARMLESS_WITHOUT_CASCADE:
        if cascade:
            yield Unknown("DROP … CASCADE")
    elif words.seen() not in _HARMLESS:
        yield Unknown(f"DROP {words.seen().upper()}".rstrip())


def _schemas(words: Words) -> Iterator[Effect]:
    words.take("if", "exists")
    for item in words.items():
        name = item.identifier()
        yield Unknown("DROP SCHEMA") if name is None else MoveSchema(name)


def _named(words: Words, kind: str, cascade: bool) -> Iterator[Effect]:
    if_exists = words.take("if", "exists")
    for item in words.items():
        name = item.name()
        if name is None:
            yield Unknown(f"DROP {kind.upper()}")
        elif kind == "table":
            yield DropTable(name, if_exists, cascade)
        elif kind == "view":
            yield DropView(name, if_exists, cascade)
        elif kind == "sequence":
            yield DropSequence(name, if_exists)
        else:
            yield DropCascade(_FOLLOWED.get(kind, kind), name, if_exists)
