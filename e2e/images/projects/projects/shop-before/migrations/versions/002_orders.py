"""Purchases"""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    op.execute("CREATE TABLE purchase (id bigint PRIMARY KEY, customer bigint REFERENCES customer)")


def downgrade():
    op.execute("DROP TABLE purchase")
