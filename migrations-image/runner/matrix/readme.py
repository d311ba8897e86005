"""The tables of the README that say what is tested, and what versions cannot do."""

from __future__ import annotations

from matrix.cells import CELLS
from tests.features import FEATURES


def tested() -> str:
    lines = ["| Python | Alembic | SQLAlchemy | driver | PostgreSQL | in CI |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [
        f"| {c.python} | {c.alembic} | {c.sqlalchemy} | {c.driver} | {c.postgresql} | {'yes' if c.diagonal else ''} |"
        for c in CELLS
    ]
    return "\n".join(lines) + "\n"


def lacking() -> str:
    lines = ["| version | lacks | what happens there |", "| --- | --- | --- |"]
    lines += [
        f"| {feature.library} before {feature.since} | {feature.name} | {feature.instead} |"
        for feature in FEATURES.values()
        if feature.since
    ]
    return "\n".join(lines) + "\n"
