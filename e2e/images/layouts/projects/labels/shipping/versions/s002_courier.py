"""s002"""
import sqlalchemy as sa
from alembic import op

revision = "s002"
down_revision = "s001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("courier", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table("courier")
