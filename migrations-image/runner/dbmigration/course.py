"""How far a migration has come. Written in the thread that migrates, as env.py and Alembic call it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.indexes.invalid_indexes import InvalidIndex
    from dbmigration.indexes.leftover_indexes import LeftoverIndexes
    from dbmigration.planning.database_url import Address
    from dbmigration.planning.plan import Plan, Step
    from dbmigration.session.fence import Fence
    from dbmigration.session.session import Session
    from dbmigration.session.version_table import VersionTable


@dataclass
class Running:
    """A step that has begun, and what of it is committed before it is done."""

    step: Step
    number: int
    of: int
    done: list[str] = field(default_factory=list)
    committed: list[str] = field(default_factory=list)
    beside: dict[int, list[str]] = field(default_factory=dict)
    """Like `done`, of each connection that the migration opened for itself."""
    left_transaction: bool = False
    indexes_touched: str = ""
    finished: bool = False
    """Its row is written, in a transaction that may still have to be committed."""


@dataclass
class Database:
    """One version table that env.py handed over: one in nearly every project, several with a loop over tenants."""

    session: Session
    table: VersionTable
    before: tuple[str, ...]
    invalid_before: tuple[InvalidIndex, ...]
    address: Address | None = None
    """Where the driver says that it is; None where the driver does not say."""
    fence: Fence | None = None
    """None where nobody's attempts come one after the other."""
    leftover: LeftoverIndexes | None = None
    """None where nobody asked to drop what an earlier run left."""
    plan: Plan | None = None
    """None when the target cannot be reached from the rows."""
    finished: bool = False
    """All steps were applied, whether or not they were committed."""
    begun: list[Running] = field(default_factory=list)
    """The steps that may still be taken back, the running one last."""
    committing: int = 0
    """Of so many of these the COMMIT was sent."""
    committed: list[tuple[str, ...]] = field(default_factory=list)
    """The rows that this run may have committed, after each of its COMMITs."""


@dataclass
class Endpoint:
    """Where a driver is connecting to."""

    description: str
    address: Address | None = None
    started: float = field(default_factory=time.monotonic)


@dataclass
class Course:
    connecting: Endpoint | None = None
    configured: bool = False
    session: Session | None = None
    server_version: str | None = None
    databases: list[Database] = field(default_factory=list)
    running: Running | None = None
    doubts: list[str] = field(default_factory=list)
    """What nobody could decide, and the resource allows."""

    @property
    def database(self) -> Database | None:
        return self.databases[-1] if self.databases else None

    def name_of(self, database: Database) -> str:
        """Its version table, with the database in front where there are several of these."""
        several = len({other.session.database for other in self.databases}) > 1
        return f"{database.session.database}/{database.table}" if several else str(database.table)

    @property
    def turn(self) -> str:
        """Whose turn it was, for a message; nothing where there is one version table only."""
        return f" ({self.name_of(self.databases[-1])})" if len(self.databases) > 1 else ""

    @property
    def dropped(self) -> list[str]:
        """Invalid indexes of an earlier run."""
        return [index for database in self.databases if database.leftover for index in database.leftover.dropped]

    @property
    def advice(self) -> list[str]:
        """Warnings of the runner's own."""
        noted = [text for database in self.databases if database.fence for text in database.fence.advice]
        return [*self.doubts, *noted]
