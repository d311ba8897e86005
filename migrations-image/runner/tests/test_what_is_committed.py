"""Whatever a script, env.py and their connections do one after the other: what is said to be committed is what is there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from dbmigration.course import Database, Running
from dbmigration.planning import request
from dbmigration.planning.plan import Step
from dbmigration.session.session import Session
from dbmigration.session.version_table import VersionTable
from dbmigration.state import State
from dbmigration.watch.statements import Statements
from tests import server

ROUNDS = int(os.environ.get("DBMIGRATION_TEST_TURNS", "60"))
LONGEST = 14
REQUEST = {"version": 1, "name": "a/b", "target": "head", "config": "alembic.ini", "section": "alembic", "arguments": {}}
TURNS = [
    *("SAVEPOINT s", "savepoint S", "SAVEPOINT other", "ROLLBACK TO s", "ROLLBACK WORK TO SAVEPOINT other", 'ROLLBACK TO "s"'),
    *("RELEASE s", "RELEASE SAVEPOINT other", "COMMIT", "ROLLBACK", "BEGIN", "SELECT 1/0", "SELEC 1", "END; SELECT 1"),
    *("COMMIT AND CHAIN", "ROLLBACK AND CHAIN"),
]
# What a driver does with these for a connection that commits each statement is a matter of the driver.
# Past SQLAlchemy, by the connection that the steps are on.
DONE_BY_THE_DRIVER = ["commit", "rollback"]
DONE_BY_SQLALCHEMY = ["commit", "rollback", "nested", "nested that fails"]


class Story:
    """One step, on the connection of Alembic, one beside it, and one that commits each statement."""

    def __init__(self, engine: Engine, chosen: random.Random, prefix: str) -> None:
        self._chosen = chosen
        self._prefix = prefix
        self.told: list[str] = []
        self.of_the_step: list[str] = []
        state = State(started=0.0)
        asked = {**REQUEST, "timeouts": {"lock": 0, "statement": 0, "busy": 0, "run": 0}}
        statements = Statements(state, request.read({"DBMIGRATION_REQUEST": json.dumps(asked)}))
        statements.follow()
        try:
            with engine.connect() as main, engine.connect() as beside, engine.connect() as auto:
                session = state.course.session = Session(main)
                database = Database(session, VersionTable("public", "alembic_version"), "here", (), ())
                state.course.databases.append(database)
                self.running = state.course.running = Running(Step("001", True, frozenset(("001",))), 1, 1)
                database.begin(self.running)
                self._tell([main, beside, auto.execution_options(isolation_level="AUTOCOMMIT")])
        finally:
            statements.leave()

    def _tell(self, connections: list[Connection]) -> None:
        end = self._chosen.randint(1, LONGEST)
        for number in range(LONGEST):
            # What comes behind the end of the script is no part of the step.
            self.running.under_way = number < end
            connection = self._chosen.choice([*connections, connections[0]])
            turns: list[Callable[[], None]] = [lambda: self._create(connection, number)] * 12  # noqa: B023
            turns += [self._execution(connection, text) for text in TURNS]
            if connection is not connections[2]:
                turns += [self._call(connection, call, number) for call in DONE_BY_SQLALCHEMY * 2]
            if connection is connections[0] and self.running.under_way:
                turns += [self._past(connection, call) for call in DONE_BY_THE_DRIVER * 2]
            # A script or env.py that goes on, whatever happens.
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                self._chosen.choice(turns)()

    def _create(self, connection: Connection, number: int) -> None:
        name = f"{self._prefix}_{number}"
        self.told.append(f"{name}: CREATE on {id(connection) % 997}, {'step' if self.running.under_way else 'behind'}")
        if self.running.under_way:
            self.of_the_step.append(name)
        connection.execute(sa.text(f"CREATE TABLE {name} ()"))

    def _execution(self, connection: Connection, text: str) -> Callable[[], None]:
        def execute() -> None:
            self.told.append(f"{text} on {id(connection) % 997}")
            connection.execute(sa.text(text))

        return execute

    def _past(self, connection: Connection, call: str) -> Callable[[], None]:
        def perform() -> None:
            self.told.append(f"{call}() of the driver's connection on {id(connection) % 997}")
            getattr(connection.connection, call)()

        return perform

    def _call(self, connection: Connection, call: str, number: int) -> Callable[[], None]:
        def perform() -> None:
            self.told.append(f"{call}() on {id(connection) % 997}")
            if not call.startswith("nested"):
                getattr(connection, call)()
                return
            with connection.begin_nested():
                self._create(connection, number)
                if call != "nested":
                    connection.execute(sa.text("SELECT 1/0"))

        return perform


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
def test_what_is_said_to_be_committed_is_what_is_there(database: server.Database, driver: str) -> None:
    stories: list[tuple[int, Story]] = []

    def tell(engine: Engine) -> None:
        stories.extend((number, Story(engine, random.Random(number), f"r{number}")) for number in range(ROUNDS))

    async def tell_it() -> None:
        engine = create_async_engine(database.url(driver), poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(lambda _: tell(engine.sync_engine))

    if driver == "asyncpg":
        asyncio.run(tell_it())
    else:
        tell(sa.create_engine(database.url(driver), poolclass=NullPool))
    there = set(database.tables())
    assert there
    for number, story in stories:
        said = [what.removeprefix("CREATE TABLE ") for what in story.running.committed if what.startswith("CREATE")]
        assert sorted(said) == sorted(there.intersection(story.of_the_step)), f"story {number}:\n" + "\n".join(story.told)
