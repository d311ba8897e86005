"""Steps that write down what they do, on a connection of their own, so that a test sees what was begun and what held.

The schema `ledger` is the test's. `ledger.step` says when a step was begun and done, whatever becomes of its
transaction; `ledger.effect` is written in that transaction, so that what is in it was committed. `ledger.control` says
how a step behaves: how long it takes, whether it waits, whether it fails.
"""

import os
import socket

import psycopg
from alembic import op

NOTE = "INSERT INTO ledger.step (pod, pid, phase, direction, revision) VALUES (%s, %s, %s, %s, %s)"
CONTROL = "SELECT seconds, fails FROM ledger.control WHERE revision = %s"
WAIT = """
DO $$ BEGIN
  WHILE EXISTS (SELECT FROM ledger.control WHERE revision = '{0}' AND gated) LOOP PERFORM pg_sleep(0.05); END LOOP;
END $$
"""


def up(revision):
    """One step up: a table, and what the ledger gets."""
    _step(revision, "up", f"CREATE TABLE public.t_{revision} (id int)")


def down(revision):
    """One step down: what `up` made goes."""
    _step(revision, "down", f"DROP TABLE public.t_{revision}")


def _step(revision, direction, statement):
    url = os.environ["DATABASE_URL"].replace("+psycopg", "", 1)
    pod = socket.gethostname()
    with psycopg.connect(url, autocommit=True) as own:

        def note(phase):
            own.execute(NOTE, (pod, os.getpid(), phase, direction, revision))

        note("before")
        seconds, fails = own.execute(CONTROL, (revision,)).fetchone() or (0, False)
        op.execute(f"INSERT INTO ledger.effect (pod, direction, revision) VALUES ('{pod}', '{direction}', '{revision}')")
        op.execute(WAIT.format(revision))
        op.execute(f"SELECT pg_sleep({seconds})")
        if fails:
            op.execute(f"SELECT ledger.fails_as_it_was_told_to_{revision}()")
        op.execute(statement)
        note("after")
