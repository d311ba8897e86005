"""Add the partitions of 2027 to executions

Rows of 2027 that already wait in the default partition move to their own; without that, PostgreSQL refuses the new
partition. The downgrade moves them back. No row is lost in either direction.

Revision ID: 019
Revises: 018
Create Date: 2026-05-17 10:00:00.000000+00:00
"""

from collections.abc import Sequence

from alembic import op

# revision identifiers
revision: str = "019"
down_revision: str | Sequence[str] | None = "018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


MONTHS = [(f"executions_2027_{m:02}", f"2027-{m:02}-01", f"{2027 + m // 12}-{m % 12 + 1:02}-01") for m in range(1, 13)]


def upgrade() -> None:
    # What is inserted between the move and the ATTACH would be in the way again: writers wait, for moments as long as
    # few rows are in the default partition.
    op.execute("LOCK TABLE executions IN SHARE ROW EXCLUSIVE MODE")
    for partition, start, end in MONTHS:
        bounds = f"FROM ('{start} 00:00+00') TO ('{end} 00:00+00')"
        op.execute(f"CREATE TABLE {partition} (LIKE executions INCLUDING ALL)")
        op.execute(f"""
            WITH moved AS (
                DELETE FROM executions_default
                WHERE created_at >= '{start} 00:00+00' AND created_at < '{end} 00:00+00' RETURNING *
            )
            INSERT INTO {partition} SELECT * FROM moved
            """)
        op.execute(f"ALTER TABLE executions ATTACH PARTITION {partition} FOR VALUES {bounds}")


def downgrade() -> None:
    for partition, _, _ in reversed(MONTHS):
        op.execute(f"ALTER TABLE executions DETACH PARTITION {partition}")
        # With no partition for them, the rows go to the default one.
        op.execute(f"INSERT INTO executions SELECT * FROM {partition}")
        op.execute(f"DROP TABLE {partition}")
