"""Waits for as long as the table gate has a row; and misbehaves as it is told to by -x."""

import ctypes

from alembic import context, op

revision = "002"
down_revision = "001"

WAIT = """
DO $$ BEGIN
  IF to_regclass('public.gate') IS NOT NULL THEN
    WHILE EXISTS (SELECT FROM public.gate) LOOP PERFORM pg_sleep(0.05); END LOOP;
  END IF;
END $$
"""


def upgrade() -> None:
    told = context.get_x_argument(as_dictionary=True)
    op.execute("INSERT INTO ledger VALUES ('002')")
    op.execute(WAIT)
    # written, not only reserved
    _ = b"x" * (int(told.get("mebibytes", "0")) << 20)
    if "exit" in told:
        # As a library in C does; os._exit() of Python would be told.
        ctypes.CDLL(None)._exit(int(told["exit"]))


def downgrade() -> None:
    op.execute("DELETE FROM ledger WHERE revision = '002'")
