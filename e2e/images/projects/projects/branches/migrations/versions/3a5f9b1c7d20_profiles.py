"""Profiles"""

from alembic import op

revision = "3a5f9b1c7d20"
down_revision = "1975ea83b712"
branch_labels = ("users",)


def upgrade():
    op.execute("CREATE TABLE profile (id bigint PRIMARY KEY, account bigint REFERENCES account)")


def downgrade():
    op.execute("DROP TABLE profile")
