"""Step 1 of 4."""

import ledger

revision = "r1"
down_revision = None


def upgrade() -> None:
    ledger.up(revision)


def downgrade() -> None:
    ledger.down(revision)
