"""Add tier to agents

NOT NULL with a constant server default at once: since PostgreSQL 11 that writes no row, and old code that does not know
the column can go on inserting.

Revision ID: 012
Revises: 011
Create Date: 2026-03-29 10:00:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers
revision: str = "012"
down_revision: str | Sequence[str] | None = "011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("agents", sa.Column("tier", sa.String(50), server_default="free", nullable=False))


def downgrade() -> None:
    op.drop_column("agents", "tier")
