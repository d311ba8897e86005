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
    """Of a schema, a type, an extension, a function or a view, with all that depends on it."""

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
class RenameOther:
    """Of what is no relation, such as a type: from now on such a name may mean another one."""


@dataclass(frozen=True)
class ReferTo:
    """A foreign key is made: a TRUNCATE … CASCADE reaches further from now on."""


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
    DropSequence,
    MoveSequence,
    MoveNumbers,
    DropCascade,
    ChangeType,
    Truncate,
    Delete,
    Update,
    Insert,
    Call,
    CreateTable,
    AddColumn,
    RenameTable,
    RenameColumn,
    AttachTable,
    RenameOther,
    ReferTo,
    CreateFunction,
    CreateTrigger,
    MoveNames,
]
