"""Takes 5 seconds"""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    op.execute("CREATE TABLE report (id bigint PRIMARY KEY)")
    op.execute("SELECT pg_sleep(5)")


def downgrade():
    op.execute("DROP TABLE report")
