"""Add cost to executions, a large table, step 1 of 4: expand

Nullable first, and the default in a statement of its own: rows that are there keep NULL, which marks them for the
backfill, and no row is written now.

Revision ID: 015
Revises: 014
Create Date: 2026-04-19 10:00:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers
revision: str = "015"
down_revision: str | Sequence[str] | None = "014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("executions", sa.Column("cost_usd", sa.Numeric(10, 6), nullable=True))
    op.alter_column("executions", "cost_usd", server_default="0")


def downgrade() -> None:
    op.drop_column("executions", "cost_usd")
