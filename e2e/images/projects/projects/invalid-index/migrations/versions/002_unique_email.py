"""E-mail addresses become unique, without a lock: leaves an invalid index where they are not"""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE UNIQUE INDEX CONCURRENTLY idx_customer_email ON customer (email)")


def downgrade():
    op.execute("DROP INDEX idx_customer_email")
