"""Drops a column for good"""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    op.execute("ALTER TABLE customer DROP COLUMN email")


def downgrade():
    raise NotImplementedError("the addresses are gone for good")
