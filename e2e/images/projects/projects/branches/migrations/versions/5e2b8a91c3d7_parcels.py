"""Parcels: a base of their own"""

from alembic import op

revision = "5e2b8a91c3d7"
down_revision = None
branch_labels = ("shipping",)


def upgrade():
    op.execute("CREATE TABLE parcel (id bigint PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE parcel")
