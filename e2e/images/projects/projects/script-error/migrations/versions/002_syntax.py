"""Has a syntax error"""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    op.execute(


def downgrade():
    pass
