"""How far a migration has come. Written in the thread that migrates, as env.py and Alembic call it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from dbmigration.indexes.invalid_indexes import InvalidIndex
    from dbmigration.indexes.leftover_indexes import LeftoverIndexes
    from dbmigration.planning.database_url import Address
    from dbmigration.planning.examination import Examination
    from dbmigration.planning.plan import Plan, Step
    from dbmigration.session.fence import Fence
    from dbmigration.session.history import History
    from dbmigration.session.session import Session
    from dbmigration.session.traffic import Statement
    from dbmigration.session.version_table import VersionTable


@dataclass(eq=False, repr=False)
class Running:
    """A step that has begun, and what of it is committed before it is done."""

    step: Step
    number: int
    of: int
    committed: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    """Committed or not: the answer to COMMIT was lost."""
    under_way: bool = False
    """Its script is running."""
    error: BaseException | None = None
    """At which it failed, whatever env.py makes of that."""
    last: Statement | None = None
    """Of those that were sent before it failed."""
    since: float = field(default_factory=time.time)
    indexes_touched: str = ""
    finished: bool = False
    """Its row is written, in a transaction that may still have to be committed."""


@dataclass(eq=False, repr=False)
class Rollback:
    """Of the transaction in which the steps are applied, by whom it is not expected."""

    step: Running | None
    """In whose script; None where env.py did it."""
    place: str | None
    lost: list[str]
    """What that script had done in the transaction."""
    undone: list[Running]
    """The steps that were through."""
    error: BaseException | None
    """Which the server had told before, if it had."""


class TakenBack(NamedTuple):
    """A transaction of the steps that was rolled back, unless the driver had committed it before, past SQLAlchemy."""

    transaction: str
    """Its number at the server, which knows."""
    done: list[tuple[Running, str]]
    last: Running | None
    """In whose course it ended."""


@dataclass(eq=False, repr=False)
class Database:
    """One version table that env.py handed over: one in nearly every project, several with a loop over tenants."""

    session: Session
    table: VersionTable
    place: str
    """Of the server: of several databases two may have one name."""
    before: tuple[str, ...]
    invalid_before: tuple[InvalidIndex, ...]
    system: str | None = None
    """The server's identifier; None where the role may not ask for it."""
    fence: Fence | None = None
    """None where nobody's attempts come one after the other."""
    leftover: LeftoverIndexes | None = None
    """None where nobody asked to drop what an earlier run left."""
    plan: Plan | None = None
    """None when the target cannot be reached from the rows."""
    examined: Examination | None = None
    """Of the plan; None where nobody wants to know what it deletes."""
    kept: History | None = None
    """What the database keeps of its steps; None where that was switched off."""
    advice: list[str] = field(default_factory=list)
    """What the user should know about it."""
    finished: bool = False
    """All steps were applied, whether or not they were committed."""
    begun: list[Running] = field(default_factory=list)
    """The steps that may still be taken back, the running one last."""
    has_begun: bool = False
    """There was such a step."""
    torn: list[Running] = field(default_factory=list)
    """Those that were taken back, but for a part that is committed."""
    rollbacks: list[Rollback] = field(default_factory=list)
    taken_back: list[TakenBack] = field(default_factory=list)
    error: BaseException | None = None
    """Of its last statement that failed, if env.py went on to hand over the next one all the same."""
    former: Database | None = None
    """The same one, as env.py had handed it over before it began anew."""
    committing: int = 0
    """Of so many of these the COMMIT was sent."""
    committed: list[tuple[str, ...]] = field(default_factory=list)
    """The rows that this run may have committed, after each of its COMMITs."""

    @property
    def running(self) -> Running | None:
        """The step in which it was left."""
        return self.begun[-1] if self.begun and not self.begun[-1].finished else None

    @property
    def failure(self) -> BaseException | None:
        """At which its steps have ended, if they have."""
        running = self.running
        return None if self.finished else (running.error if running is not None else None) or self.error

    def begin(self, running: Running) -> None:
        self.begun.append(running)
        self.has_begun = True

    def undo(self) -> list[Running]:
        """Returns the steps that a ROLLBACK takes back: those that were through, and for which no COMMIT was sent."""
        undone = [step for step in self.begun[self.committing :] if step.finished]
        self.begun = [step for step in self.begun if not any(step is one for one in undone)]
        self.torn += [step for step in undone if step.committed]
        return undone

    def has_arrived(self, rows: tuple[str, ...]) -> bool:
        """Its plan is through, and so these rows say."""
        return self.plan is not None and self.finished and rows == self.plan.after

    @property
    def history(self) -> list[Database]:
        """Each time that it was handed over, the first one first."""
        return [*(self.former.history if self.former else ()), self]

    @property
    def first(self) -> Database:
        return self.history[0]

    def takes_over(self, former: Database) -> None:
        """What of the former steps is committed may be half of one, whatever became of the rest."""
        self.former = former
        self.torn = [*former.torn, *(step for step in former.begun if step.committed)]
        self.committed = list(former.committed)
        self.invalid_before = former.invalid_before


@dataclass(eq=False, repr=False)
class Endpoint:
    """Where a driver is connecting to."""

    description: str
    address: Address | None = None
    driver: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What it was given, the password included. Later listeners may change it, as those do that fetch a token."""
    started: float = field(default_factory=time.monotonic)
    # Asked anew each time: greenlets that are no threads may be told apart by then.
    thread: int = field(default_factory=lambda: threading.get_ident())
    error: BaseException | None = None
    """Why it did not come about, as env.py may hide that, or lose it with a thread."""

    @staticmethod
    def of(driver: str, parameters: Mapping[str, Any], address: Address | None) -> Endpoint:
        host, port = parameters.get("host") or "the local socket", parameters.get("port")
        return Endpoint(f"{host}:{port}" if port else str(host), address, driver, parameters)


class EarlyWrite(NamedTuple):
    """What the project had a database do by itself, before it handed its connection over."""

    who: str
    head: str
    """Of the statement."""
    database: str | None
    place: str
    """Of the server, as that of a database that is migrated."""
    is_for_once: bool
    """It makes or drops an object of a schema."""

    @property
    def prepares(self) -> bool:
        """What many an env.py begins with, and what leaves a database alone that has it already."""
        words = self.head.lower().split()
        return words[:1] == ["create"] and words[1:2] in (["schema"], ["extension"]) and words[2:3] == ["if"]

    @property
    def makes(self) -> bool:
        return self.is_for_once and not self.head.lower().startswith("drop")

    @property
    def call(self) -> str:
        """By which SQLAlchemy sends such a one."""
        return "metadata.create_all()" if self.makes else "metadata.drop_all()"


@dataclass(eq=False, repr=False)
class Course:
    early: list[EarlyWrite] = field(default_factory=list)
    has_other_processes: bool = False
    """The project handed nothing over, and started processes, of which nobody here knows what they did."""
    connecting: Endpoint | None = None
    waiting: str | None = None
    """For another migration, which is this one."""
    configured: bool = False
    session: Session | None = None
    server_version: str | None = None
    databases: list[Database] = field(default_factory=list)
    running: Running | None = None
    failed_afterwards: str | None = None
    """At what env.py failed, when nothing of the migration was left to be done."""
    prepared: list[str] = field(default_factory=list)
    """The transactions of two phases that came to the second one, by name."""
    undecided: str | None = None
    """One of them that is still there, neither committed nor rolled back."""
    doubts: list[str] = field(default_factory=list)
    """What nobody could decide, and the resource allows."""

    @property
    def given(self) -> Mapping[str, Any]:
        """What the last connection that was begun was given, and nothing before the first."""
        return self.connecting.parameters if self.connecting is not None else {}

    @property
    def early_of_interest(self) -> list[EarlyWrite]:
        """What was done before the migration began that somebody may have to see to."""
        return [one for one in self.early if not one.prepares]

    @property
    def database(self) -> Database | None:
        return self.databases[-1] if self.databases else None

    def begin(self, database: Database, error: BaseException | None) -> None:
        """Of a version table that env.py hands over again, as after a failure that it caught, the last time counts. `error` is
        what went wrong before."""
        if self.databases:
            self.databases[-1].error = error
        for other in self.databases:
            if (other.place, other.session.database, other.table) == (
                database.place,
                database.session.database,
                database.table,
            ):
                database.takes_over(other)
        self.databases = [*(other for other in self.databases if other is not database.former), database]
        self.running = None

    def name_of(self, database: Database) -> str:
        """Its version table, with the database in front where there are several of these."""
        several = len({other.session.database for other in self.databases}) > 1
        return f"{database.session.database}/{database.table}" if several else str(database.table)

    @property
    def at(self) -> Database | None:
        """Whose step is running, or failed; the last one where there is none."""
        running = self.running
        return next((one for one in self.databases if any(step is running for step in one.begun)), self.database)

    def turn_back(self, database: Database) -> None:
        """To one whose failure env.py has caught before it went on."""
        self.session, self.running = database.session, database.running

    @property
    def turn(self) -> str:
        """Whose turn it was, for a message; nothing where there is one version table only."""
        return f" ({self.name_of(self.at)})" if self.at is not None and len(self.databases) > 1 else ""

    @property
    def dropped(self) -> list[str]:
        """Invalid indexes of an earlier run."""
        return [index for database in self._all() if database.leftover for index in database.leftover.dropped]

    @property
    def advice(self) -> list[str]:
        """Warnings of the runner's own."""
        noted = [text for database in self._all() if database.fence for text in database.fence.advice]
        noted += [text for database in self._all() for text in database.advice]
        return [*self.doubts, *noted]

    def _all(self) -> list[Database]:
        return [time for database in self.databases for time in database.history]
