"""Drops a column for good, and says so to nobody"""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    op.execute("ALTER TABLE customer DROP COLUMN phone")
