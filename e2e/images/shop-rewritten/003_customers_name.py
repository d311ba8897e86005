"""The name of a customer"""

from alembic import op

revision = "003"
down_revision = "002"


def upgrade():
    op.execute("ALTER TABLE customer ADD COLUMN name text")


def downgrade():
    op.execute("ALTER TABLE customer DROP COLUMN name")
    op.execute("DROP TABLE purchase")
