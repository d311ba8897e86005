"""s001"""
import sqlalchemy as sa
from alembic import op

revision = "s001"
down_revision = None
branch_labels = ("shipping",)
depends_on = None


def upgrade() -> None:
    op.create_table("parcel", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table("parcel")
