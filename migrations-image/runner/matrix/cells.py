"""The versions that are tested, and with which others each.

Alembic and SQLAlchemy are what the runner calls, so every pair of theirs that can be installed is a cell: 14. The other
versions are spread over these so that each meets several of the others: every driver meets every SQLAlchemy that knows it.
A test of this file's says so (tests/test_matrix.py).
"""

from __future__ import annotations

from dataclasses import dataclass

DRIVERS = ("asyncpg", "psycopg", "psycopg2", "pg8000")

# The newest that a Python can have up to these; uv finds which.
NEWEST = ("asyncpg<=0.32.0", "pg8000<=1.31.6", "psycopg[binary]<=3.3.9", "psycopg2-binary<=2.9.13")
OLDEST = ("asyncpg==0.27.0", "pg8000==1.29.4", "psycopg[binary]==3.1.8", "psycopg2-binary==2.9.5")
TOOLS = ("pytest<=9.2.0", "pytest-xdist<=3.8.0", "pydantic<=2.14.4")


@dataclass(frozen=True)
class Cell:
    python: str
    alembic: str
    sqlalchemy: str
    driver: str
    """Of the tests that do not choose one. All four are installed."""
    postgresql: int
    diagonal: bool = False
    drivers: tuple[str, ...] = NEWEST

    def __str__(self) -> str:
        return (
            f"Python {self.python:4} Alembic {self.alembic:6} SQLAlchemy {self.sqlalchemy:6} {self.driver:8} "
            f"PostgreSQL {self.postgresql}"
        )

    @property
    def requirements(self) -> tuple[str, ...]:
        return (f"alembic=={self.alembic}", f"SQLAlchemy[asyncio]=={self.sqlalchemy}", *self.drivers, *TOOLS)


# Left out is what cannot be installed: Alembic 1.17 needs Python 3.10, Alembic 1.20 needs SQLAlchemy 2.0, SQLAlchemy 2.1
# needs Python 3.11, and SQLAlchemy 1.4 has no wheel for Python 3.13.
CELLS = (
    Cell("3.9", "1.9.0", "1.4.54", "psycopg2", 14, diagonal=True, drivers=OLDEST),
    Cell("3.10", "1.13.0", "1.4.54", "pg8000", 15, diagonal=True),
    Cell("3.9", "1.16.0", "1.4.54", "asyncpg", 16),
    Cell("3.12", "1.18.0", "1.4.54", "psycopg2", 18),
    Cell("3.13", "1.9.4", "2.0.58", "asyncpg", 17),
    Cell("3.9", "1.13.3", "2.0.58", "psycopg2", 15),
    Cell("3.11", "1.16.5", "2.0.58", "psycopg", 16, diagonal=True),
    Cell("3.12", "1.18.5", "2.0.58", "asyncpg", 17, diagonal=True),
    Cell("3.10", "1.20.1", "2.0.58", "pg8000", 14),
    Cell("3.11", "1.9.4", "2.1.9", "psycopg", 18),
    Cell("3.12", "1.13.3", "2.1.9", "asyncpg", 14),
    Cell("3.13", "1.16.5", "2.1.9", "psycopg2", 15),
    Cell("3.11", "1.18.5", "2.1.9", "pg8000", 16),
    Cell("3.13", "1.20.1", "2.1.9", "psycopg", 18, diagonal=True),
)
