"""Fails after a part that is committed by itself"""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY idx_customer_email ON customer (email)")
    op.execute("ALTER TABLE absent ADD COLUMN name text")


def downgrade():
    op.execute("DROP INDEX idx_customer_email")
