"""The phone number of a profile"""

from alembic import op

revision = "c4d8e2f60a19"
down_revision = "3a5f9b1c7d20"


def upgrade():
    op.execute("ALTER TABLE profile ADD COLUMN phone text")


def downgrade():
    op.execute("ALTER TABLE profile DROP COLUMN phone")
