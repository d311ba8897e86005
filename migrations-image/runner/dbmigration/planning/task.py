"""What is asked of a run and what the project has for it. Written once, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbmigration.planning.flask_project import FlaskApplication
    from dbmigration.planning.graph import Graph
    from dbmigration.planning.own_database import OwnDatabase
    from dbmigration.planning.request import Request
    from dbmigration.planning.target import Target


@dataclass(eq=False, repr=False)
class Task:
    """Each is None as long as it is not known."""

    request: Request | None = None
    alembic: str | None = None
    env_py: str | None = None
    graph: Graph | None = None
    target: Target | None = None
    own: OwnDatabase | None = None
    application: FlaskApplication | None = None
    """While it is being made, before env.py begins."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """The variables of the environment whose whole value is secret."""
    scripts: dict[str, Any] = field(default_factory=dict)
