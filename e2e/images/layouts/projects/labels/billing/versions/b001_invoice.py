"""b001"""
import sqlalchemy as sa
from alembic import op

revision = "b001"
down_revision = None
branch_labels = ("billing",)
depends_on = None


def upgrade() -> None:
    op.create_table("invoice", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table("invoice")
