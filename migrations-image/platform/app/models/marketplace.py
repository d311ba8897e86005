"""The marketplace: agents offered to other organizations, and what those think of them."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Numeric, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Timestamped


class MarketplaceListing(Identified, Timestamped, Base):
    __tablename__ = "marketplace_listings"

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), unique=True)
    title: Mapped[str] = mapped_column(String(255))
    summary: Mapped[str | None] = mapped_column(Text)
    price_usd: Mapped[Decimal] = mapped_column(Numeric(10, 2), server_default="0")
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MarketplaceReview(Identified, Timestamped, Base):
    __tablename__ = "marketplace_reviews"
    __table_args__ = (
        UniqueConstraint("listing_id", "user_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
    )

    listing_id: Mapped[UUID] = mapped_column(ForeignKey("marketplace_listings.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    rating: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str | None] = mapped_column(Text)
