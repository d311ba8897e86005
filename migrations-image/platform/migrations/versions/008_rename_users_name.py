"""Rename users.name to full_name, step 3 of 3: one column is left

Apply it when no pod uses the old name any more. The original column is renamed and its copy dropped, not the other way
round: the column keeps its NOT NULL and its place in the table, so that a rollback restores the very same schema.

Revision ID: 008
Revises: 007
Create Date: 2026-03-01 10:00:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers
revision: str = "008"
down_revision: str | Sequence[str] | None = "007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("DROP TRIGGER users_sync_full_name ON users")
    op.execute("DROP FUNCTION users_sync_full_name()")
    op.drop_column("users", "full_name")
    op.alter_column("users", "name", new_column_name="full_name")


def downgrade() -> None:
    # The state after 007: both columns, equal, kept equal.
    op.alter_column("users", "full_name", new_column_name="name")
    op.add_column("users", sa.Column("full_name", sa.String(255), nullable=True))
    # Under the lock of the statements before: users is a small table.
    op.execute("UPDATE users SET full_name = name")
    op.execute("""
        CREATE FUNCTION users_sync_full_name() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                NEW.full_name := coalesce(NEW.full_name, NEW.name);
                NEW.name := coalesce(NEW.name, NEW.full_name);
            ELSIF NEW.full_name IS DISTINCT FROM OLD.full_name AND NEW.full_name IS NOT NULL THEN
                NEW.name := NEW.full_name;
            ELSIF NEW.name IS DISTINCT FROM OLD.name THEN
                NEW.full_name := NEW.name;
            END IF;
            RETURN NEW;
        END
        $$
        """)
    op.execute("""
        CREATE TRIGGER users_sync_full_name BEFORE INSERT OR UPDATE ON users
        FOR EACH ROW EXECUTE FUNCTION users_sync_full_name()
        """)
