"""Give agents the tier that their organization pays for

A data migration, apart from the schema migration before it. It can be run again, and touches only rows that change.

Revision ID: 013
Revises: 012
Create Date: 2026-04-05 10:00:00.000000+00:00
"""

from collections.abc import Sequence

from alembic import op

# revision identifiers
revision: str = "013"
down_revision: str | Sequence[str] | None = "012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("""
        UPDATE agents SET tier = organizations.plan FROM organizations
        WHERE organizations.id = agents.organization_id AND agents.tier = 'free' AND organizations.plan <> 'free'
        """)


def downgrade() -> None:
    # Exactly those that the upgrade would set again; a tier that somebody chose otherwise stays.
    op.execute("""
        UPDATE agents SET tier = 'free' FROM organizations
        WHERE organizations.id = agents.organization_id AND agents.tier = organizations.plan AND agents.tier <> 'free'
        """)
