"""Where a copy is to be had: with a password in it, as nobody should, and somebody does"""

import os

from alembic import op

revision = "003"
down_revision = "002"


def upgrade():
    op.execute("CREATE TABLE whence (url text)")


def downgrade():
    op.execute(f"COMMENT ON TABLE whence IS 'was at {os.environ['DATABASE_URL']}'")
    op.execute("DROP TABLE whence")
