"""Lies beside the env.py of every story: writes the ledger, and stops where the test wants the runner to be.

It speaks to the ledger through a connection of its own, to another server, so neither a rollback nor the fault that is
being provoked can take back what was written.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Any

import psycopg

_stop_at = os.environ.get("WITNESS_STOP")
_place = os.environ["WITNESS_PLACE"]
_story, _run = os.environ["WITNESS_STORY"], int(os.environ["WITNESS_RUN"])
_ledger: list[psycopg.Connection[Any]] = []

# Sessions of other runners that are within a step at this moment: their names say so.
_ALONGSIDE = r"""
SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database() AND pid <> pg_catalog.pg_backend_pid()
AND application_name ~ '^dbmigration .* [0-9]+/[0-9]+ '
"""


def stop(moment: str) -> None:
    """Stays here if the test said so, until it says go."""
    if moment == _stop_at:
        with open(f"{_place}/reached", "w"):
            pass
        while not os.path.exists(f"{_place}/go"):
            time.sleep(0.005)


def _write(sql: str, *values: object) -> list[Any]:
    if not _ledger:
        _ledger.append(psycopg.connect(os.environ["WITNESS_LEDGER"], autocommit=True))
    return _ledger[0].execute(sql, values).fetchall()


@contextlib.contextmanager
def step(number: int, revision: str, direction: str) -> Iterator[None]:
    """The effect of one step. That it happened is also a row in the migrated database, committed or not with the step."""
    from alembic import op

    alongside = op.get_bind().exec_driver_sql(_ALONGSIDE).scalar()
    [(entry,)] = _write(
        "INSERT INTO ledger (story, run, pid, revision, direction, alongside) VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
        _story,
        _run,
        os.getpid(),
        revision,
        direction,
        alongside,
    )
    stop(f"before {number}")
    yield
    op.execute(f"INSERT INTO effects VALUES ({number}, '{revision}', '{direction}', {_run})")
    stop(f"after {number}")
    _write("UPDATE ledger SET ended = clock_timestamp() WHERE id = %s RETURNING id", entry)


_steps_done = 0


def version_written(**_: Any) -> None:
    global _steps_done
    _steps_done += 1
    stop(f"between {_steps_done} and {_steps_done + 1}")
