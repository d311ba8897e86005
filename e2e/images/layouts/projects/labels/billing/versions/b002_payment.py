"""b002"""
import sqlalchemy as sa
from alembic import op

revision = "b002"
down_revision = "b001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("payment", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table("payment")
