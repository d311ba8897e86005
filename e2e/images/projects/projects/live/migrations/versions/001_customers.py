"""Customers"""

from alembic import op

revision = "001"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE customer (id bigint PRIMARY KEY, email text)")


def downgrade():
    op.execute("DROP TABLE customer")
