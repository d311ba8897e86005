"""What a run knows at any moment. The thread that ends it early reads the same."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Engine

    from dbmigration.attempts import Attempt
    from dbmigration.fence import Fence
    from dbmigration.graph import Graph
    from dbmigration.indexes import InvalidIndex
    from dbmigration.own_indexes import OwnIndexes
    from dbmigration.plan import Plan, Step
    from dbmigration.refusal import Refusal
    from dbmigration.request import Request
    from dbmigration.second import Ask
    from dbmigration.session import Session, VersionTable
    from dbmigration.target import Target


@dataclass
class Statement:
    """One that is running now."""

    text: str
    pid: int
    engine: Engine
    at_once: bool = False
    """It is committed by itself, in no transaction."""
    answered: bool = False
    """The server said how it ended."""
    beside: bool = False
    """On a connection that the migration opened for itself."""
    started: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    blockers: str | None = None
    number: Callable[[Ask], None] | None = None
    """What a second session has to write down while this one builds an index."""
    is_ours: bool = False
    """No statement of the project's."""


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
    fence: Fence | None = None
    """None where nobody's attempts come one after the other."""
    own: OwnIndexes | None = None
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
    started: float = field(default_factory=time.monotonic)


@dataclass
class State:
    started: float
    request: Request | None = None
    alembic: str | None = None
    env_py: str | None = None
    graph: Graph | None = None
    target: Target | None = None
    scripts: dict[str, Any] = field(default_factory=dict)
    connecting: Endpoint | None = None
    databases: list[Database] = field(default_factory=list)
    session: Session | None = None
    configured: bool = False
    running: Running | None = None
    statement: Statement | None = None
    last_statement: Statement | None = None
    sql_error: BaseException | None = None
    refusal: Refusal | None = None
    refused: float | None = None
    """When that was; from then on env.py has only to let it pass."""
    server_version: str | None = None
    newest: Attempt | None = None
    """The one that came before this one, although it is newer."""
    advice: list[str] = field(default_factory=list)
    """Warnings of our own."""
    dropped: list[str] = field(default_factory=list)
    """Invalid indexes of an earlier run."""

    @property
    def database(self) -> Database | None:
        return self.databases[-1] if self.databases else None

    def named(self, database: Database) -> str:
        """Its version table, with the database in front where there are several of these."""
        several = len({other.session.database for other in self.databases}) > 1
        return f"{database.session.database}/{database.table}" if several else str(database.table)

    @property
    def turn(self) -> str:
        """Whose turn it was, for a message; nothing where there is one version table only."""
        return f" ({self.named(self.databases[-1])})" if len(self.databases) > 1 else ""


@contextlib.contextmanager
def own_statement(state: State, session: Session, text: str) -> Iterator[None]:
    """While one of the runner's own may wait for somebody, who is then named."""
    statement = Statement(text, session.pid, session.engine, is_ours=True)
    state.statement = state.last_statement = statement
    try:
        yield
        # What fails from here on did not fail in it.
        state.last_statement = None
    finally:
        statement.ended = time.monotonic()
        state.statement = None
