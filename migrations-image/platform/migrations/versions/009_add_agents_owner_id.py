"""Add owner to agents, step 1 of 2: a foreign key for new rows

NOT VALID: checked for every row written from now on, without reading the rows that are there. A plain foreign key
locks agents and users against writes while it reads the whole table.

Revision ID: 009
Revises: 008
Create Date: 2026-03-08 10:00:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers
revision: str = "009"
down_revision: str | Sequence[str] | None = "008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("agents", sa.Column("owner_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_agents_owner_id"),
        "agents",
        "users",
        ["owner_id"],
        ["id"],
        ondelete="SET NULL",
        postgresql_not_valid=True,
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_agents_owner_id"), "agents", type_="foreignkey")
    op.drop_column("agents", "owner_id")
