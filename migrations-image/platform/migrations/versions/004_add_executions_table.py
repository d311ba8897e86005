"""Add executions table, partitioned by month

Twelve partitions ahead, and a default partition: an insert for a month that nobody prepared lands there instead of
failing. Revision 019 shows how the next year is added while rows wait in the default partition.

Revision ID: 004
Revises: 003
Create Date: 2026-02-01 10:00:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers
revision: str = "004"
down_revision: str | Sequence[str] | None = "003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "executions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(50), server_default="queued", nullable=False),
        sa.Column("input", postgresql.JSONB(), nullable=False),
        sa.Column("output", postgresql.JSONB(), nullable=True),
        sa.Column("tokens_used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        # PostgreSQL wants the partition key in the primary key.
        sa.PrimaryKeyConstraint("id", "created_at", name=op.f("pk_executions")),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_executions_agent_id"), ondelete="CASCADE"),
        postgresql_partition_by="RANGE (created_at)",
    )
    # Each partition gets this index too, those of later years included.
    op.create_index("idx_executions_agent_id_created_at", "executions", ["agent_id", "created_at"])

    for month in range(1, 13):
        # Bounds with their time zone: without it they would depend on the session's.
        op.execute(f"""
            CREATE TABLE executions_2026_{month:02} PARTITION OF executions
            FOR VALUES FROM ('2026-{month:02}-01 00:00+00')
            TO ('{2026 + month // 12}-{month % 12 + 1:02}-01 00:00+00')
            """)
    op.execute("CREATE TABLE executions_default PARTITION OF executions DEFAULT")


def downgrade() -> None:
    # Without CASCADE: the partitions go with their table, but what somebody else built on it stops the downgrade
    # instead of disappearing unasked.
    op.drop_table("executions")
