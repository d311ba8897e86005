"""Every step writes itself down, so that one that was done twice is seen."""

from alembic import op

revision = "001"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE TABLE ledger (revision text NOT NULL)")
    op.execute("INSERT INTO ledger VALUES ('001')")


def downgrade() -> None:
    op.execute("DROP TABLE ledger")
