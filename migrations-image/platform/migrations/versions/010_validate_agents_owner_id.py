"""Add owner to agents, step 2 of 2: the existing rows keep it too

A revision of its own, because each revision is a transaction: the lock of the step before is gone, and this one lets
reads and writes pass.

Revision ID: 010
Revises: 009
Create Date: 2026-03-15 10:00:00.000000+00:00
"""

from collections.abc import Sequence

from alembic import op

# revision identifiers
revision: str = "010"
down_revision: str | Sequence[str] | None = "009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE agents VALIDATE CONSTRAINT fk_agents_owner_id")


def downgrade() -> None:
    # A constraint cannot become NOT VALID again, only dropped and added anew: in one statement, that no row slips in.
    op.execute("""
        ALTER TABLE agents
        DROP CONSTRAINT fk_agents_owner_id,
        ADD CONSTRAINT fk_agents_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE SET NULL NOT VALID
        """)
