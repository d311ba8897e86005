"""What an ALTER TABLE does to rows and columns, action by action."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbmigration.sql import written_rows
from dbmigration.sql.effect import (
    AddColumn,
    AttachTable,
    ChangeType,
    CreateTrigger,
    DetachTable,
    DropColumn,
    Effect,
    MoveNumbers,
    ReferTo,
    RenameColumn,
    RenameTable,
    Unknown,
)
from dbmigration.sql.lexer import Kind
from dbmigration.sql.names import Name
from dbmigration.sql.words import Word, Words

_CONSTRAINTS = frozenset(("constraint", "primary", "unique", "check", "foreign", "exclude", "not"))
_HARMLESS = frozenset(("validate", "disable", "force", "cluster", "set", "reset", "of", "not", "owner", "replica"))
_OF_A_COLUMN = frozenset(("set", "drop", "reset", "add", "restart"))
_UNKNOWN = Unknown("ALTER TABLE")


def read(words: Words) -> Iterator[Effect]:
    """Behind ALTER TABLE."""
    if words.take("all", "in", "tablespace"):
        return
    words.take("if", "exists")
    words.take("only")
    table = words.name()
    words.take("*")
    if table is None:
        yield _UNKNOWN
        return
    for action in words.items():
        yield from _action(action, table)


def _action(action: Words, table: Name) -> Iterator[Effect]:
    how = _ACTIONS.get(action.seen())
    if how is not None:
        action.place += 1
        yield from how(action, table)
    elif action.take("set", "schema"):
        schema = action.identifier()
        yield _UNKNOWN if schema is None else RenameTable(table, Name(schema, table.name))
    elif not action.take_one_of(_HARMLESS):
        yield _UNKNOWN


def _attach(action: Words, table: Name) -> Iterator[Effect]:
    child = action.name() if action.take("partition") else None
    yield _UNKNOWN if child is None else AttachTable(table, child)
    yield from written_rows.calls(action)


def _inherit(action: Words, table: Name) -> Iterator[Effect]:
    parent = action.name()
    yield _UNKNOWN if parent is None else AttachTable(parent, table)


def _leave(_action: Words, _table: Name) -> Iterator[Effect]:
    yield DetachTable()


def _enable(action: Words, _table: Name) -> Iterator[Effect]:
    if action.has("trigger", "rule"):
        yield CreateTrigger()


def _rename(action: Words, table: Name) -> Iterator[Effect]:
    if action.take("constraint"):
        return
    if action.take("to"):
        name = action.identifier()
        yield _UNKNOWN if name is None else RenameTable(table, Name(table.schema, name))
        return
    action.take("column")
    column = action.identifier()
    to = action.identifier() if action.take("to") else None
    yield _UNKNOWN if column is None or to is None else RenameColumn(table, column, to)


def _drop(action: Words, table: Name) -> Iterator[Effect]:
    if action.take("constraint"):
        if action.has("cascade"):
            # A view that is grouped by a key goes with it, and with the view a column of its type.
            yield Unknown("DROP CONSTRAINT with what depends on it")
        return
    # The word may be left out, and a column may be called so.
    if action.seen() == "column" and action.at(1) is not None and action.seen(1) not in ("cascade", "restrict"):
        action.take("column")
    if_exists = action.take("if", "exists")
    column = action.identifier()
    yield _UNKNOWN if column is None else DropColumn(table, column, if_exists, action.has("cascade"))


def _add(action: Words, table: Name) -> Iterator[Effect]:
    if action.has("references"):
        yield ReferTo(table, _acts(action, "delete"), _acts(action, "update"))
    if action.seen() in _CONSTRAINTS:
        yield from written_rows.calls(action)
        return
    action.take("column")
    if_not_exists = action.take("if", "not", "exists")
    column = action.identifier()
    if column is None:
        yield _UNKNOWN
        return
    # A default is computed for each row.
    yield from written_rows.calls(action)
    yield AddColumn(table, column, if_not_exists)


def _acts(action: Words, event: str) -> bool:
    """ON DELETE CASCADE, SET NULL or SET DEFAULT, and the same of UPDATE."""
    seen = [word.seen for word in action.rest()]
    return any(
        seen[place : place + 2] == ["on", event] and seen[place + 2 : place + 3] in (["cascade"], ["set"])
        for place in range(len(seen))
    )


def _alter(action: Words, table: Name) -> Iterator[Effect]:
    if action.take("constraint"):
        return
    if action.seen() == "column" and action.at(1) is not None and action.at(1).is_name:  # type: ignore[union-attr]
        action.take("column")
    column = action.identifier()
    if column is None:
        yield _UNKNOWN
    elif action.take("type") or action.take("set", "data", "type"):
        yield from _type(action, table, column)
    elif action.seen() in _OF_A_COLUMN:
        yield from written_rows.calls(action)
        if action.take("drop", "identity") or (action.seen(1) != "default" and action.has("restart")):
            yield MoveNumbers(table, column)
    else:
        yield _UNKNOWN


def _type(action: Words, table: Name, column: str) -> Iterator[Effect]:
    words, using = action.rest(), [word.seen for word in action.rest()]
    end = using.index("using") if "using" in using else len(using)
    type_end = using.index("collate") if "collate" in using[:end] else end
    kind: str | None = written(words[:type_end])
    if end < len(using) and not _is_plain_cast(Words(words[end + 1 :]), column, kind or ""):
        kind = None
    yield from written_rows.calls(Words(words[end:]))
    yield ChangeType(table, column, kind if type_end == end else None)


def _is_plain_cast(using: Words, column: str, kind: str) -> bool:
    """`USING column::type` says no more than to leave it out."""
    return using.identifier() == column and using.take("::") and written(using.rest()) == kind


def written(words: list[Word]) -> str:
    return " ".join(word.written if word.kind is Kind.QUOTED else word.written.lower() for word in words)


_ACTIONS: dict[str, Callable[[Words, Name], Iterator[Effect]]] = {
    "add": _add,
    "alter": _alter,
    "attach": _attach,
    "detach": _leave,
    "drop": _drop,
    "enable": _enable,
    "inherit": _inherit,
    "no": _leave,
    "rename": _rename,
}
