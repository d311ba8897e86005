"""Whether a statement that is about to be sent does no more than what a step was judged by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from dbmigration.sql import effect as made
from dbmigration.sql.effect import Effect

# By themselves they take nothing away, and what comes behind them takes no more for them.
_HARMLESS = (made.CreateTable, made.AddColumn)
# They take nothing away themselves. What comes behind them may mean something else for them, or do more.
_PREPARING = (
    *(made.MoveNames, made.RenameTable, made.RenameColumn, made.RenameOther, made.AttachTable, made.ReferTo),
    *(made.CreateFunction, made.CreateTrigger, made.DetachTable, made.MakeType, made.MakeExtension, made.MoveSchema),
)
_TAKING = (
    *(made.Delete, made.Update, made.Truncate, made.DropTable, made.DropColumn, made.DropSequence, made.DropCascade),
    *(made.MoveSequence, made.MoveNumbers, made.DropView, made.Merge),
)
_ROWS = (made.Insert, made.Update, made.Delete)


def is_harmless(effect: Effect) -> bool:
    return isinstance(effect, _HARMLESS) or (isinstance(effect, made.Unknown) and _takes_back(effect.what))


def takes_away(effect: Effect) -> bool:
    return isinstance(effect, _TAKING)


def prepares(effect: Effect) -> bool:
    return isinstance(effect, _PREPARING)


def uncovered(sent: Iterable[Effect], judged: Collection[Effect]) -> Iterator[Effect]:
    """What of it nobody has looked at."""
    for one in sent:
        if one not in judged and not any(_includes(wider, one) for wider in judged if isinstance(one, made.Update)):
            yield one


def depends_on_values(effect: Effect) -> bool:
    """What a statement does is read otherwise where its values are bound, as the name of a sequence or of a setting."""
    return isinstance(effect, (made.Unknown, made.MoveNames))


def writes_rows_of(effect: Effect, table: str, schema: str) -> bool:
    """By a name that means it, along the search path or with its schema."""
    written: Any = effect
    return isinstance(effect, _ROWS) and written.table in ((None, table), (schema, table))


def _takes_back(head: str) -> bool:
    """What this session did itself, as behind a savepoint."""
    words = head.lower().split()
    return words[:1] in (["rollback"], ["abort"]) and "prepared" not in words


def _includes(wider: Effect, update: made.Update) -> bool:
    """An UPDATE without values of its own is read as one of all columns, and sent as one of those that are given."""
    if not isinstance(wider, made.Update) or wider.table != update.table:
        return False
    return wider.columns is None or (update.columns is not None and set(update.columns) <= set(wider.columns))
