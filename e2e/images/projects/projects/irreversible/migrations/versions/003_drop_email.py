"""Drops a column for good"""

from alembic import op

revision = "003"
down_revision = "002"


def upgrade():
    op.execute("ALTER TABLE customer DROP COLUMN email")


def downgrade():
    pass
