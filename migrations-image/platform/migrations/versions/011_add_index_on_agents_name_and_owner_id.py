"""Add indexes on agents.name and agents.owner_id

CONCURRENTLY lets writes pass while an index is built. PostgreSQL refuses it inside a transaction, hence the autocommit
block; so a failure in it leaves behind what was done.

Revision ID: 011
Revises: 010
Create Date: 2026-03-22 10:00:00.000000+00:00
"""

from collections.abc import Sequence

from alembic import op

# revision identifiers
revision: str = "011"
down_revision: str | Sequence[str] | None = "010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


INDEXES = {"idx_agents_name": "name", "idx_agents_owner_id": "owner_id"}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for index, column in INDEXES.items():
            # A build that failed or was cancelled leaves an invalid index under this name. IF NOT EXISTS would take it
            # for the finished one; dropping it makes a second run of this revision build it for good.
            op.drop_index(index, table_name="agents", if_exists=True, postgresql_concurrently=True)
            op.create_index(index, "agents", [column], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for index in reversed(INDEXES):
            op.drop_index(index, table_name="agents", if_exists=True, postgresql_concurrently=True)
