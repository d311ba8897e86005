"""Accounts: both branches build on it"""

from alembic import op

revision = "1975ea83b712"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE account (id bigint PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE account")
