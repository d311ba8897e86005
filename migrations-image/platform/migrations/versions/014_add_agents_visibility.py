"""Add visibility to agents, an enum type

Revision ID: 014
Revises: 013
Create Date: 2026-04-12 10:00:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers
revision: str = "014"
down_revision: str | Sequence[str] | None = "013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# create_type=False: the type is created and dropped here, explicitly and once, and never as a side effect of a table.
VISIBILITY = postgresql.ENUM("private", "organization", "public", name="agent_visibility", create_type=False)


def upgrade() -> None:
    VISIBILITY.create(op.get_bind())
    op.add_column("agents", sa.Column("visibility", VISIBILITY, server_default="private", nullable=False))


def downgrade() -> None:
    op.drop_column("agents", "visibility")
    # Dropping the last column of a type does not drop the type; the next upgrade would fail with "already exists".
    VISIBILITY.drop(op.get_bind())
