"""A marker of a release: nothing to do, nothing to take back"""

from alembic import op

revision = "005"
down_revision = "004"


def upgrade():
    pass


def downgrade():
    pass
