"""Invoices"""

from alembic import op

revision = "27c6a30d7c24"
down_revision = "1975ea83b712"
branch_labels = ("billing",)


def upgrade():
    op.execute("CREATE TABLE invoice (id bigint PRIMARY KEY, account bigint REFERENCES account)")


def downgrade():
    op.execute("DROP TABLE invoice")
