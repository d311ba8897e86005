"""Add cost to executions, step 4 of 4: contract

VALIDATE reads the table while reads and writes pass. SET NOT NULL then takes the validated check for its proof and need
not read anything. A row that the backfill missed fails this revision, and leaves the database at the one before.

Revision ID: 018
Revises: 017
Create Date: 2026-05-10 10:00:00.000000+00:00
"""

from collections.abc import Sequence

from alembic import op

# revision identifiers
revision: str = "018"
down_revision: str | Sequence[str] | None = "017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE executions VALIDATE CONSTRAINT ck_executions_cost_usd_not_null")
    op.alter_column("executions", "cost_usd", nullable=False)
    op.drop_constraint(op.f("ck_executions_cost_usd_not_null"), "executions", type_="check")


def downgrade() -> None:
    op.create_check_constraint(
        op.f("ck_executions_cost_usd_not_null"), "executions", "cost_usd IS NOT NULL", postgresql_not_valid=True
    )
    op.alter_column("executions", "cost_usd", nullable=True)
