"""Step 2 of 4."""

import ledger

revision = "r2"
down_revision = "r1"


def upgrade() -> None:
    ledger.up(revision)


def downgrade() -> None:
    ledger.down(revision)
