"""Whether an invoice is paid"""

from alembic import op

revision = "ae1027a6acf0"
down_revision = "27c6a30d7c24"


def upgrade():
    op.execute("ALTER TABLE invoice ADD COLUMN paid boolean")


def downgrade():
    op.execute("ALTER TABLE invoice DROP COLUMN paid")
