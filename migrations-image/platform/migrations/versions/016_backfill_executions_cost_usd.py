"""Add cost to executions, step 2 of 4: backfill in batches

Each batch commits by itself: locks are short, nothing is lost when it is interrupted, and a second run goes on with
what is left. The loop runs in the server, so that the SQL preview shows all of it.

Revision ID: 016
Revises: 015
Create Date: 2026-04-26 10:00:00.000000+00:00
"""

from collections.abc import Sequence

from alembic import op

# revision identifiers
revision: str = "016"
down_revision: str | Sequence[str] | None = "015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


PRICE_PER_TOKEN_USD = "0.000002"
BATCH_SIZE = 5000


def update_in_batches(assignment: str, condition: str) -> None:
    """Walk once over the table in the order of its primary key."""
    with op.get_context().autocommit_block():
        op.execute(f"""
            DO $$
            DECLARE
                last_id uuid := '00000000-0000-0000-0000-000000000000';
                last_created_at timestamptz := '-infinity';
            BEGIN
                LOOP
                    WITH batch AS MATERIALIZED (
                        SELECT id, created_at FROM executions
                        WHERE (id, created_at) > (last_id, last_created_at)
                        ORDER BY id, created_at LIMIT {BATCH_SIZE}
                    ), changed AS (
                        UPDATE executions SET {assignment} FROM batch
                        WHERE executions.id = batch.id AND executions.created_at = batch.created_at AND {condition}
                    )
                    SELECT id, created_at INTO last_id, last_created_at FROM batch
                    ORDER BY id DESC, created_at DESC LIMIT 1;
                    EXIT WHEN NOT FOUND;
                    COMMIT;
                END LOOP;
            END
            $$
            """)


def upgrade() -> None:
    update_in_batches(f"cost_usd = tokens_used * {PRICE_PER_TOKEN_USD}", "cost_usd IS NULL")


def downgrade() -> None:
    # What the upgrade computed becomes NULL again; costs that were recorded otherwise stay.
    update_in_batches("cost_usd = NULL", f"cost_usd = tokens_used * {PRICE_PER_TOKEN_USD}")
