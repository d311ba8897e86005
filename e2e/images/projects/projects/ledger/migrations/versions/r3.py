"""Step 3 of 4."""

import ledger

revision = "r3"
down_revision = "r2"


def upgrade() -> None:
    ledger.up(revision)


def downgrade() -> None:
    ledger.down(revision)
