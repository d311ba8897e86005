"""What a statement writes into rows that are there, wherever in it that stands, and which functions it calls."""

from __future__ import annotations

from collections.abc import Iterator

from dbmigration.sql import setting
from dbmigration.sql.effect import (
    Call,
    Delete,
    Effect,
    Insert,
    Merge,
    MoveNumbers,
    MoveSequence,
    Truncate,
    Unknown,
    Update,
)
from dbmigration.sql.lexer import Kind
from dbmigration.sql.names import Name, part
from dbmigration.sql.splitter import statements
from dbmigration.sql.words import Word, Words

# Before an UPDATE that writes nothing: FOR UPDATE, FOR NO KEY UPDATE. That of a conflict is read with its INSERT.
_LOCKING = frozenset(("for", "key", "do", "on", "before", "after", "instead", "or", "then"))
# What the grammar writes like a function, unless a schema stands before it.
_NO_FUNCTIONS = frozenset(
    (
        *("all", "and", "any", "array", "as", "between", "cast", "check", "coalesce", "distinct", "else", "except", "exists"),
        *("extract", "from", "greatest", "grouping", "having", "in", "intersect", "into", "lateral", "least"),
        *("limit", "not", "nullif", "offset", "on", "only", "or", "overlay", "position", "references", "returning", "row"),
        *(
            "select",
            "some",
            "substring",
            "then",
            "treat",
            "trim",
            "union",
            "unique",
            "using",
            "values",
            "when",
            "where",
            "with",
        ),
        *(
            "bit",
            "char",
            "character",
            "dec",
            "decimal",
            "float",
            "interval",
            "nchar",
            "numeric",
            "time",
            "timestamp",
            "varchar",
        ),
    )
)
_CONFIGURING = "set_config"
_SETTING = "setval"
_OF_A_COLUMN = ("pg_get_serial_sequence", "(")


def read(words: Words) -> Iterator[Effect]:
    """All that writes, in whatever part of the statement: a WITH may have any of them."""
    start = words.place
    while not words.ended:
        before = words.seen(-1)
        if words.take("delete", "from"):
            words.take("only")
            yield _of(Delete, words)
        elif words.take("insert", "into"):
            yield from _insert(words)
        elif words.take("merge", "into"):
            words.take("only")
            yield _merge(words)
        elif words.seen() == "update" and before not in _LOCKING:
            words.place += 1
            words.take("only")
            yield from _update(words)
        else:
            words.place += 1
    words.place = start
    yield from calls(words)


def calls(words: Words) -> Iterator[Effect]:
    """Of functions, from here on; each once."""
    found: dict[str, None] = {}
    rest = words.rest()
    for place, (one, following, before) in enumerate(zip(rest, rest[1:], [None, *rest])):
        if not one.is_name or following.seen != "(":
            continue
        previous = "" if before is None else before.seen
        if previous in ("into", "references") or (one.seen in _NO_FUNCTIONS and previous != "."):
            continue
        name = part(one.written)
        found[name or ""] = None
        if name == _SETTING:
            yield _set(Words(rest[place + 2 :]))
        elif name == _CONFIGURING:
            given = Words(rest[place + 2 :])
            configured = _text(given)
            yield from setting.set_to_another(configured if given.take(",") else None)
    for name in found:
        if not name:
            yield Unknown("a function whose name only the server can read")
        elif name != _CONFIGURING:
            yield Call(name)


def _set(words: Words) -> Effect:
    """What stands in the parentheses of setval()."""
    unknown = Unknown("setval() of a sequence whose name is computed")
    if words.take(*_OF_A_COLUMN) or words.take("pg_catalog", ".", *_OF_A_COLUMN):
        table, column = _text(words), _text(words) if words.take(",") else None
        name = None if table is None else _name(table)
        return unknown if name is None or column is None else MoveNumbers(name, column)
    sequence = _text(words)
    if words.take("::"):
        words.take("pg_catalog", ".")
        words.take("regclass")
    name = None if sequence is None or not words.take(",") else _name(sequence)
    return unknown if name is None else MoveSequence(name)


def _text(words: Words) -> str | None:
    """Goes past a text; None where only the server knows what it says, or where it is too long for a name."""
    found = words.at()
    if found is None or found.kind is not Kind.STRING or found.written[:1] != "'" or found.written[-1:] != "'":
        return None
    text = found.written[1:-1]
    words.place += 1
    return None if any(sign in text for sign in "'\\%") else text


def _name(text: str) -> Name | None:
    """As the server reads it out of a text."""
    found = [Words.of(statement) for statement in statements(text)]
    name = found[0].name() if found else None
    return name if name is not None and len(found) == 1 and found[0].ended else None


def truncate(words: Words) -> Iterator[Effect]:
    words.take("table")
    cascade, restarts = words.has("cascade"), words.has("restart")
    for item in words.items():
        item.take("only")
        name = item.name()
        yield Unknown("TRUNCATE") if name is None else Truncate(name, cascade, restarts)


def _insert(words: Words) -> Iterator[Effect]:
    table = words.name()
    if table is None:
        yield Unknown("INSERT")
        return
    yield Insert(table)
    rest = [word.seen for word in words.rest()]
    for place in range(len(rest) - 1):
        if rest[place : place + 3] == ["do", "update", "set"]:
            following = Words(words.rest()[place + 3 :])
            yield Update(table, _columns(following))


def _merge(words: Words) -> Effect:
    table = words.name()
    seen = [word.seen for word in words.rest()]
    done = [action for before, action in zip(seen, seen[1:]) if before == "then"]
    actions = tuple(action for action in ("insert", "update", "delete") if action in done)
    return Unknown("MERGE") if table is None else Merge(table, actions)


def _update(words: Words) -> Iterator[Effect]:
    table = words.name()
    if table is None:
        yield Unknown("UPDATE")
        return
    words.take("*")
    columns = None
    place = words.place
    for _ in range(3):
        # There may be another name for the table.
        if words.take("set"):
            columns = _columns(words)
            break
        words.place += 1
    words.place = place
    yield Update(table, columns)


def _columns(words: Words) -> tuple[str, ...] | None:
    """Those that are set: the name or the names in front of each equals sign. None if one of them cannot be read."""
    found: list[str] = []
    for item in Words(_list_of(words)).items():
        if item.take("("):
            while not item.take(")"):
                name = item.identifier()
                if name is None:
                    return None
                found.append(name)
                item.take(",")
        else:
            name = item.identifier()
            if name is None or item.seen() not in ("=", "[", "."):
                return None
            found.append(name)
    return tuple(found)


def _list_of(words: Words) -> list[Word]:
    """Up to the word that ends the list of a SET."""
    found, depth = [], 0
    for one in words.rest():
        if depth == 0 and one.seen in ("from", "where", "returning", ")"):
            break
        depth += (one.seen in ("(", "[")) - (one.seen in (")", "]"))
        found.append(one)
    return found


def _of(kind: type, words: Words) -> Effect:
    table = words.name()
    return Unknown(kind.__name__.upper()) if table is None else kind(table)
