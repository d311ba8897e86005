"""Every model, so that importing this package fills Base.metadata.

A model that is missing here does not exist for Alembic: `alembic check` would ask for its table to be dropped.
"""

from app.models.agent import Agent, AgentVisibility
from app.models.base import Base
from app.models.execution import Execution
from app.models.marketplace import MarketplaceListing, MarketplaceReview
from app.models.organization import Organization, User

__all__ = [
    "Agent",
    "AgentVisibility",
    "Base",
    "Execution",
    "MarketplaceListing",
    "MarketplaceReview",
    "Organization",
    "User",
]
