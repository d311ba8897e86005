"""Rename users.name to full_name, step 2 of 3: copy the existing names

Data only, in a transaction of its own: the schema change before it has committed and holds no lock while rows are
written.

Revision ID: 007
Revises: 006
Create Date: 2026-02-22 10:00:00.000000+00:00
"""

from collections.abc import Sequence

from alembic import op

# revision identifiers
revision: str = "007"
down_revision: str | Sequence[str] | None = "006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("UPDATE users SET full_name = name WHERE full_name IS NULL")


def downgrade() -> None:
    # The trigger of 006 leaves name alone when full_name becomes NULL.
    op.execute("UPDATE users SET full_name = NULL WHERE full_name IS NOT NULL")
