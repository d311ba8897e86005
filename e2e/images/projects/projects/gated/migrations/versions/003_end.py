"""What comes after the gate."""

from alembic import op

revision = "003"
down_revision = "002"


def upgrade() -> None:
    op.execute("INSERT INTO ledger VALUES ('003')")


def downgrade() -> None:
    op.execute("DELETE FROM ledger WHERE revision = '003'")
