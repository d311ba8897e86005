"""The name of a customer"""

from alembic import op

revision = "004"
down_revision = "003"


def upgrade():
    op.execute("ALTER TABLE customer ADD COLUMN name text")


def downgrade():
    op.execute("ALTER TABLE customer DROP COLUMN name")
