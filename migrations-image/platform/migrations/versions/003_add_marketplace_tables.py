"""Add marketplace tables

Revision ID: 003
Revises: 002
Create Date: 2026-01-25 10:00:00.000000+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers
revision: str = "003"
down_revision: str | Sequence[str] | None = "002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "marketplace_listings",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("price_usd", sa.Numeric(10, 2), server_default="0", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marketplace_listings")),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_marketplace_listings_agent_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("agent_id", name=op.f("uq_marketplace_listings_agent_id")),
    )
    op.create_table(
        "marketplace_reviews",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marketplace_reviews")),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["marketplace_listings.id"],
            name=op.f("fk_marketplace_reviews_listing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_marketplace_reviews_user_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("listing_id", "user_id", name=op.f("uq_marketplace_reviews_listing_id_user_id")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_marketplace_reviews_rating")),
    )
    op.create_index("idx_marketplace_reviews_user_id", "marketplace_reviews", ["user_id"])


def downgrade() -> None:
    op.drop_table("marketplace_reviews")
    op.drop_table("marketplace_listings")
