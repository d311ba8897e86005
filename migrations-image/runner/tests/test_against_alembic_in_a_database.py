"""The runner against real commands of Alembic on real PostgreSQL: the same graphs, each in two schemas, and what is left."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import psycopg
import pytest

from dbmigration.planning.plan import Plan
from dbmigration.refusal import Refusal
from tests.differences import difference, outcome_of
from tests.features import under_test
from tests.forking import forker
from tests.graphs import random_history, random_rows, random_target, revision_map
from tests.project import RUNNER, Project

GRAPHS = int(os.environ.get("DBMIGRATION_TEST_GRAPHS_IN_A_DATABASE", "30"))
BLOCK = 3
TARGETS = 2

# One database holds all graphs, each in schemas of its own.
ENV_PY = """
import os
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(
    os.environ["DATABASE_URL"], poolclass=pool.NullPool, connect_args={"options": "-csearch_path=" + os.environ["SCHEMA"]}
)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=os.environ["TRANSACTION_PER_MIGRATION"] == "1")
    with context.begin_transaction():
        context.run_migrations()
"""
# What a migration leaves, but for the names of the two schemas.
LEFT = """
SELECT c.relname::text, c.relkind::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = '{schema}'::regnamespace ORDER BY 1, 2, 3
"""


@pytest.mark.requires("psycopg")
@pytest.mark.parametrize("block", range((GRAPHS + BLOCK - 1) // BLOCK))
def test_the_runner_leaves_what_upgrade_and_then_downgrade_leave(project: Project, block: int) -> None:
    project.use("psycopg")
    project.env_py.write_text(ENV_PY)
    with project.database.connect() as connection:
        for number in range(block * BLOCK, (block + 1) * BLOCK):
            _Pair(project, connection, number).compare()


class _Pair:
    """One graph, and a schema for each of the two that migrate it."""

    def __init__(self, project: Project, connection: psycopg.Connection[Any], number: int) -> None:
        self._project, self._connection = project, connection
        self._chance = random.Random(number)
        self._history = random_history(self._chance)
        self._ours, self._theirs = f"ours_{number}", f"theirs_{number}"
        self._number = number

    def compare(self) -> None:
        for schema in (self._ours, self._theirs):
            self._connection.execute(f"CREATE SCHEMA {schema}".encode())
        for script in self._project.versions.glob("*.py"):
            script.unlink()
        for revision, node in self._history.items():
            self._project.script(revision, node.down or None, labels=node.labels or None, depends=node.needs or None)
        made = revision_map(self._history)
        compared = 0
        while compared < TARGETS:
            rows = self._rows(self._ours)
            # First from base to somewhere, so that there is something to go down from.
            target = ",".join(random_rows(self._chance, self._history)) if compared == 0 else ""
            target = target or random_target(self._chance, self._history)
            expected = outcome_of(made, rows, target)
            if difference(self._history, made, rows, target) is None and (compared or isinstance(expected, Plan)):
                self._compare(target, expected)
                compared += 1

    def _compare(self, target: str, expected: Plan | Refusal) -> None:
        before = self._left(self._ours)
        outcome = self._runner(target)
        where = f"graph {self._number}, {self._history}, to {target!r}: {outcome}"
        if isinstance(expected, Refusal):
            assert outcome["reason"] == expected.reason, where
            assert self._left(self._ours) == before, where
            return
        assert (outcome["reason"], outcome["applied"]) == ("AtTargetRevision", len(expected.steps)), where
        for command in ("upgrade", "downgrade"):
            for member in target.split(","):
                self._alembic(command, member.strip())
        assert self._rows(self._ours) == self._rows(self._theirs) == set(expected.after) == set(outcome["after"]), where
        assert self._left(self._ours) == self._left(self._theirs), where

    def _runner(self, target: str) -> dict[str, Any]:
        request = json.dumps({"version": 1, "name": "a/b", "target": target})
        environment = {"DBMIGRATION_REQUEST": request, "DBMIGRATION_TERMINATION_LOG": "/dev/null"}
        _, output = self._in(self._ours, [str(RUNNER)], environment)
        outcome: dict[str, Any] = json.loads(output.splitlines()[-1])
        return outcome

    def _alembic(self, command: str, target: str) -> None:
        code, output = self._in(self._theirs, ["alembic", command, target], {})
        assert code == 0, (self._number, command, target, output)

    def _in(self, schema: str, arguments: list[str], environment: dict[str, str]) -> tuple[int, str]:
        url = self._project.database.url(self._project.driver)
        # Half of the graphs with each revision in a transaction of its own.
        each = str(self._number % 2)
        environment = {**environment, "DATABASE_URL": url, "SCHEMA": schema, "TRANSACTION_PER_MIGRATION": each}
        directory = self._project.directory
        output = directory / "output"
        child = forker(under_test(), RUNNER).start(arguments, directory, environment, output, directory / "errors")
        return child.wait(40), output.read_text()

    def _rows(self, schema: str) -> set[str]:
        if self._query(f"SELECT to_regclass('{schema}.alembic_version')") == [(None,)]:
            return set()
        return {row[0] for row in self._query(f"SELECT version_num FROM {schema}.alembic_version")}

    def _left(self, schema: str) -> list[tuple[Any, ...]]:
        return self._query(LEFT.format(schema=schema))

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql.encode()).fetchall()
