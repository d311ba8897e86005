"""Step 4 of 4."""

import ledger

revision = "r4"
down_revision = "r3"


def upgrade() -> None:
    ledger.up(revision)


def downgrade() -> None:
    ledger.down(revision)
