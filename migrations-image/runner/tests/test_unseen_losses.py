"""What a plan deletes by another way than by saying so: each operation is judged, and then it is run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from dbmigration.planning.losses import Losses
from dbmigration.session.catalog import DatabaseCatalog
from dbmigration.session.hidden_code import HiddenCode
from dbmigration.sql import effects
from tests import operations_along_a_path as path
from tests import operations_by_code as code
from tests import operations_in_doubt as doubt
from tests import operations_unseen as operations
from tests.operations_unseen import Unseen
from tests.server import Database, Server, new_database

_STATE = """
SELECT c.oid::int, (xpath('/row/n/text()', query_to_xml(format(
    'SELECT md5(coalesce(string_agg(x::text, ''|'' ORDER BY x::text), '''')) AS n FROM ONLY %s x', c.oid::regclass),
    false, true, '')))[1]::text FROM pg_class c WHERE c.relkind = 'r' AND c.oid >= 16384 AND NOT c.relrowsecurity
UNION ALL SELECT q.seqrelid::int, pg_sequence_last_value(q.seqrelid)::text FROM pg_sequence q
"""
ALL = {
    **operations.TYPES,
    **operations.INHERITED,
    **code.DELETING,
    **operations.BY_NAME,
    **operations.BY_KEY,
}


class _Asking:
    """As the runner asks, in a transaction of the test's own."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def prepared(server: Server, admin: psycopg.Connection[Any]) -> Iterator[Database]:
    with new_database(server, admin) as database:
        database.execute(operations.SCHEMA)
        yield database


@pytest.fixture
def connection(prepared: Database) -> Iterator[psycopg.Connection[Any]]:
    with prepared.connect() as opened:
        opened.autocommit = False
        yield opened
        opened.rollback()


def judged(connection: psycopg.Connection[Any], sql: str) -> list[str]:
    asking: Any = _Asking(connection)
    losses, hidden = Losses(DatabaseCatalog(asking)), HiddenCode(asking.ask)
    losses.follow("002", [*effects.read(sql), *hidden.effects(sql)])
    return sorted({words if loss.is_known else "unknown" for words, loss in losses.found.items()})


def lost(connection: psycopg.Connection[Any], sql: str) -> bool:
    before = connection.execute(_STATE).fetchall()
    connection.execute(sql)
    after = dict(connection.execute(_STATE).fetchall())
    return any(after.get(number, state) != state or number not in after for number, state in before)


def is_known(connection: psycopg.Connection[Any], sql: str) -> bool:
    """MERGE came with PostgreSQL 15."""
    return "MERGE" not in sql or connection.info.server_version >= 150000


@pytest.mark.parametrize("operation", ALL.values(), ids=ALL)
def test_what_goes_unseen_is_told(connection: psycopg.Connection[Any], operation: Unseen) -> None:
    connection.execute(operations.FILLED)
    assert judged(connection, operation.sql) == sorted(operation.deletes)
    assert not (operation.is_run and is_known(connection, operation.sql)) or lost(connection, operation.sql)


@pytest.mark.parametrize("operation", path.DELETING.values(), ids=path.DELETING)
def test_a_name_is_looked_up_along_the_whole_path(connection: psycopg.Connection[Any], operation: Unseen) -> None:
    connection.execute(path.FILLED)
    connection.execute("SET LOCAL search_path = app, public")
    assert judged(connection, operation.sql) == sorted(operation.deletes)
    assert lost(connection, operation.sql)


@pytest.mark.parametrize("sql", operations.HARMLESS.values(), ids=operations.HARMLESS)
def test_what_loses_nothing_is_told_to_lose_nothing(connection: psycopg.Connection[Any], sql: str) -> None:
    connection.execute(operations.FILLED)
    assert judged(connection, sql) == []
    if is_known(connection, sql):
        connection.execute(sql)


@pytest.mark.parametrize("operation", doubt.ALARMS.values(), ids=doubt.ALARMS)
def test_what_is_not_known_to_be_kept_is_told(connection: psycopg.Connection[Any], operation: Unseen) -> None:
    connection.execute(operations.FILLED)
    assert judged(connection, operation.sql) == sorted(operation.deletes)
    connection.execute(operation.sql)
