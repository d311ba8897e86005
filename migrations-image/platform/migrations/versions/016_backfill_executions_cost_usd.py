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


def upgrade() -> None:
    # Once over the table, in the order of its primary key.
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
                        UPDATE executions SET cost_usd = tokens_used * {PRICE_PER_TOKEN_USD} FROM batch
                        WHERE executions.id = batch.id AND executions.created_at = batch.created_at AND cost_usd IS NULL
                    )
                    SELECT id, created_at INTO last_id, last_created_at FROM batch
                    ORDER BY id DESC, created_at DESC LIMIT 1;
                    EXIT WHEN NOT FOUND;
                    COMMIT;
                END LOOP;
            END
            $$
            """)


def downgrade() -> None:
    # What the upgrade computed becomes NULL again; costs that were recorded otherwise stay. In one statement, of which
    # can be told beforehand what it deletes: of a loop in the server nobody can tell.
    op.execute(f"UPDATE executions SET cost_usd = NULL WHERE cost_usd = tokens_used * {PRICE_PER_TOKEN_USD}")
