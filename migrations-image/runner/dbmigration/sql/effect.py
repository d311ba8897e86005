"""What a statement may do to data, as far as its text says so. What it does to nothing but the schema is no effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from dbmigration.sql.names import Name


@dataclass(frozen=True)
class Unknown:
    """Nobody can tell what it does."""

    what: str


@dataclass(frozen=True)
class DropTable:
    table: Name
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True)
class DropColumn:
    table: Name
    column: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True)
class DropView:
    """With the columns that have its rows' type."""

    view: Name
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True)
class DropSequence:
    sequence: Name
    if_exists: bool = False


@dataclass(frozen=True)
class MoveSequence:
    """It goes on from somewhere else."""

    sequence: Name


@dataclass(frozen=True)
class MoveNumbers:
    """The sequence of a column goes on from somewhere else, or goes."""

    table: Name
    column: str


@dataclass(frozen=True)
class DropCascade:
    """Of a schema, a type, an extension or a function, with all that depends on it."""

    kind: str
    name: Name
    if_exists: bool = False


@dataclass(frozen=True)
class ChangeType:
    table: Name
    column: str
    type: str | None
    """As it is written, in lower case; None where an expression says what becomes of the values."""


@dataclass(frozen=True)
class Truncate:
    table: Name
    cascade: bool = False
    restarts: bool = False
    """The sequences of its columns as well."""


@dataclass(frozen=True)
class Delete:
    table: Name


@dataclass(frozen=True)
class Update:
    table: Name
    columns: tuple[str, ...] | None = None
    """None where it may be any of them."""


@dataclass(frozen=True)
class Insert:
    """Deletes nothing by itself; a trigger may."""

    table: Name


@dataclass(frozen=True)
class Merge:
    table: Name
    actions: tuple[str, ...]
    """Of insert, update and delete those that one of its branches has."""


@dataclass(frozen=True)
class Call:
    """Of a function, or of something else that is written like one."""

    function: str


@dataclass(frozen=True)
class CreateTable:
    table: Name
    if_not_exists: bool = False
    temporary: bool = False


@dataclass(frozen=True)
class AddColumn:
    table: Name
    column: str
    if_not_exists: bool = False


@dataclass(frozen=True)
class RenameTable:
    table: Name
    to: Name


@dataclass(frozen=True)
class RenameColumn:
    table: Name
    column: str
    to: str


@dataclass(frozen=True)
class AttachTable:
    """From now on what happens to the parent happens to the child as well."""

    parent: Name
    child: Name


@dataclass(frozen=True)
class DetachTable:
    """And so no more."""


@dataclass(frozen=True)
class RenameOther:
    """Of what is no relation, such as a type or a function: from now on such a name may mean another one."""

    to: str | None = None
    """Its own name from now on; None for the names of many."""


@dataclass(frozen=True)
class MakeType:
    """Or a domain: from now on its name means another one, if it meant one."""

    name: str


@dataclass(frozen=True)
class MakeExtension:
    """With functions and types that nobody has seen yet."""

    name: str
    cascade: bool = False


@dataclass(frozen=True)
class MoveSchema:
    """It comes or goes, and with it perhaps a part of the search path."""

    name: str
    is_made: bool = False


@dataclass(frozen=True)
class ReferTo:
    """A foreign key is made: from now on what happens elsewhere reaches this table."""

    table: Name
    on_delete: bool = False
    """It deletes rows, or writes into them."""
    on_update: bool = False


@dataclass(frozen=True)
class CreateFunction:
    function: str


@dataclass(frozen=True)
class CreateTrigger:
    """Or a rule: from now on writing may do more than it says."""

    for_each_row: bool = False
    """It does not fire where no row is written."""


@dataclass(frozen=True)
class MoveNames:
    """The search path or the role is another one from now on."""


Effect = Union[
    Unknown,
    DropTable,
    DropColumn,
    DropView,
    DropSequence,
    MoveSequence,
    MoveNumbers,
    DropCascade,
    ChangeType,
    Truncate,
    Delete,
    Update,
    Insert,
    Merge,
    Call,
    CreateTable,
    AddColumn,
    RenameTable,
    RenameColumn,
    AttachTable,
    DetachTable,
    RenameOther,
    MakeType,
    MakeExtension,
    MoveSchema,
    ReferTo,
    CreateFunction,
    CreateTrigger,
    MoveNames,
]
