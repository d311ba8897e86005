"""Agents."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Enum, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Timestamped


class AgentVisibility(enum.StrEnum):
    PRIVATE = "private"
    ORGANIZATION = "organization"
    PUBLIC = "public"


class Agent(Identified, Timestamped, Base):
    __tablename__ = "agents"
    __table_args__ = (
        Index(None, "status"),
        Index(None, "created_at"),
        Index(None, "name"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    config: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(String(50), server_default="draft")
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    tier: Mapped[str] = mapped_column(String(50), server_default="free")
    visibility: Mapped[AgentVisibility] = mapped_column(
        # PostgreSQL's type holds the values, not Python's names of them.
        Enum(AgentVisibility, name="agent_visibility", values_callable=lambda members: [m.value for m in members]),
        server_default=AgentVisibility.PRIVATE.value,
    )
