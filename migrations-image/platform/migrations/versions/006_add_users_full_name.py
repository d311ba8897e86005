"""Rename users.name to full_name, step 1 of 3: both names work

During a rollout old and new pods run side by side; a plain rename breaks the old ones at once. From here on new code
may use full_name while old code uses name, and a trigger keeps the two equal.

Revision ID: 006
Revises: 005
Create Date: 2026-02-15 10:00:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers
revision: str = "006"
down_revision: str | Sequence[str] | None = "005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("users", sa.Column("full_name", sa.String(255), nullable=True))
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


def downgrade() -> None:
    op.execute("DROP TRIGGER users_sync_full_name ON users")
    op.execute("DROP FUNCTION users_sync_full_name()")
    op.drop_column("users", "full_name")
