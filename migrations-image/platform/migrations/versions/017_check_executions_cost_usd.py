"""Add cost to executions, step 3 of 4: no new row without a cost

NOT VALID: holds for rows written from now on; the rows that are there are not read under the lock that this takes.

Revision ID: 017
Revises: 016
Create Date: 2026-05-03 10:00:00.000000+00:00
"""

from collections.abc import Sequence

from alembic import op

# revision identifiers
revision: str = "017"
down_revision: str | Sequence[str] | None = "016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_check_constraint(
        op.f("ck_executions_cost_usd_not_null"), "executions", "cost_usd IS NOT NULL", postgresql_not_valid=True
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_executions_cost_usd_not_null"), "executions", type_="check")
