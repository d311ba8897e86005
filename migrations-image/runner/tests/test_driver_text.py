"""A text is read as the server will, whatever signs of its own the driver has: told by what a server says that it was sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from dbmigration.session.driver_text import as_the_server_reads_it
from dbmigration.sql.lexer import tokens
from tests.project import ASYNCHRONOUS
from tests.server import Database
from tests.test_approvals import DRIVERS

SENT = "SELECT current_query(), '%s 100%%' AS \"50%% a%%s\""
WAYS: dict[str, Any] = {
    "a text": lambda connection: connection.execute(sa.text(SENT)),
    "a text with a value": lambda connection: connection.execute(sa.text(f"{SENT}, :value"), {"value": "v"}),
    "a construct": lambda connection: connection.execute(sa.select(sa.func.current_query().label("50% %(a)s%%"))),
    "a construct with a value": lambda connection: connection.execute(
        sa.select(sa.func.current_query().label("50% %(a)s%%"), sa.literal_column("7") % sa.literal_column("4"), sa.literal(5))
    ),
    "the driver's own": lambda connection: connection.exec_driver_sql(SENT.replace("%s 1", "1")),
    "the driver's own without values": lambda connection: connection.execution_options(no_parameters=True).exec_driver_sql(
        SENT
    ),
    "a block": lambda connection: connection.execute(sa.text("SELECT current_query(), $a$ %s 100%% $a$, E'\\'%s', 7 % 4")),
}


def _sent_and_received(connection: Any, way: str) -> tuple[str, str]:
    sent: list[str] = []
    sa.event.listen(
        connection,
        "before_cursor_execute",
        lambda _connection, _cursor, text, values, context, _many: sent.append(as_the_server_reads_it(text, values, context)),
    )
    received = WAYS[way](connection).scalar()
    return sent[-1], received


async def _awaited(url: str, way: str) -> tuple[str, str]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(_sent_and_received, way)
    await engine.dispose()
    return found


def _tokens(text: str) -> list[str]:
    """Without the space between them."""
    return [text[one.start : one.end] for one in tokens(text)]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("way", WAYS)
def test_a_text_is_read_as_the_server_reads_it(database: Database, driver: str, way: str) -> None:
    url = database.url(driver)
    if driver in ASYNCHRONOUS:
        sent, received = asyncio.run(_awaited(url, way))
    else:
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            sent, received = _sent_and_received(connection, way)
        engine.dispose()
    if driver == "psycopg2":
        # Which puts the values into the text.
        sent = sent.replace("$1", "'v'" if "text" in way else "5")
    assert _tokens(sent) == _tokens(received)
