"""E-mail addresses become unique: fails where they are not"""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    op.execute("CREATE TABLE newsletter (id bigint PRIMARY KEY)")
    op.execute("CREATE UNIQUE INDEX idx_customer_email ON customer (email)")


def downgrade():
    op.execute("DROP INDEX idx_customer_email")
    op.execute("DROP TABLE newsletter")
