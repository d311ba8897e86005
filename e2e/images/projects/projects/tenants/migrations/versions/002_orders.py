"""Orders"""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    op.execute("CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customer)")


def downgrade():
    op.execute("DROP TABLE orders")
