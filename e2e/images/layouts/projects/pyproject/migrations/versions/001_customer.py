"""001"""
import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("customer", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table("customer")
