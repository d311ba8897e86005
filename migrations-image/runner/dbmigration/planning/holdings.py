"""What a database holds, as far as a plan has to know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # What a plan deletes most runs do not ask, and they load nothing for it.
    from dbmigration.planning.names_of_a_plan import Relation
    from dbmigration.sql.effect import DropCascade
    from dbmigration.sql.names import Name


@dataclass(frozen=True)
class Column:
    type: str
    """As the catalog spells it."""
    is_generated: bool = False


@dataclass(frozen=True)
class Held:
    """What a table or a column holds, in words such as `about 12,400 rows`; empty words for nothing."""

    words: str
    problem: str = ""
    """Why that is not known."""


class Catalog(Protocol):
    current_schema: str
    path: tuple[str, ...]
    """The schemas in which names are looked up, of those that are there; the server's own are none of them."""
    is_path_of_its_own: bool
    """The server's own schema stands on it, perhaps behind others."""

    def looks_into(self, schema: str) -> bool:
        """Whether it is on the search path, or would be if it were there."""
        ...

    def find(self, name: Name) -> Relation | None: ...
    def heirs(self, table: Relation) -> list[Relation]:
        """Its partitions, and what inherits from it, all the way down."""
        ...

    def column(self, table: Relation, name: str) -> Column | None: ...
    def rows(self, table: Relation) -> Held: ...
    def values(self, table: Relation, column: str) -> Held: ...
    def has_triggers(self, table: Relation, events: str) -> bool: ...
    def is_used(self, sequence: Relation) -> Held: ...
    def is_of_a_column(self, sequence: Relation) -> bool:
        """And of no other one."""
        ...

    def numbering(self, table: Relation, column: str) -> list[Relation]:
        """The sequences of that column, or of all of them where it has no name; of what inherits from it as well."""
        ...

    def may_write(self, function: str) -> bool: ...
    def is_unheard_of(self, function: str) -> bool:
        """Neither a function nor anything else that is written like one, and none that is known from elsewhere."""
        ...

    def brings_unknown(self, extension: str, cascade: bool) -> bool:
        """Functions of which nobody knows what they do."""
        ...

    def changed_with(self, table: Relation, how: str, columns: tuple[str, ...] | None) -> list[tuple[Relation, bool]]:
        """Tables into which foreign keys write when rows of this one are deleted or updated (those columns, or any), and
        whether rows of them are deleted."""
        ...

    def emptied_with(self, table: Relation) -> list[Relation]: ...
    def dropped_with(self, what: Relation | DropCascade, column: str = "") -> list[tuple[Relation, str]] | None:
        """Tables and columns (a table has no column's name here); None where there is no such thing."""
        ...
