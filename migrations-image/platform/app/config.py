"""Settings of the platform, read from the environment."""

import os

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


class SettingsError(Exception):
    """A setting is missing or wrong. The message never repeats its value: it may hold a password."""


class Settings:
    # Read when it is asked for, not when this module is imported: `alembic heads` and
    # `alembic history` need no database.
    @property
    def DATABASE_URL(self) -> URL:  # noqa: N802, settings are named as their variables
        value = os.environ.get("DATABASE_URL", "").strip()
        if not value:
            raise SettingsError(
                "The environment variable DATABASE_URL is not set; it names the database to migrate, "
                "postgresql://USER:PASSWORD@HOST:5432/DATABASE"
            )
        return asyncpg_url(value)


def asyncpg_url(value: str) -> URL:
    """The URL as asyncpg takes it, from any form in which PostgreSQL URLs are handed out."""
    if value.count("@") > 1:
        # SQLAlchemy would take a piece of the password for the host, and everybody would name it.
        raise SettingsError("DATABASE_URL has more than one @: in user and password each is written as %40")
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        # `from None`: SQLAlchemy's own message quotes the URL, password included.
        raise SettingsError(
            "DATABASE_URL is not a database URL. Write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE, "
            "with special characters of the password percent-encoded"
        ) from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingsError(
            f"DATABASE_URL is a URL for {url.get_backend_name()}; the platform runs on PostgreSQL: "
            "postgresql://USER:PASSWORD@HOST:5432/DATABASE"
        )
    url = url.set(drivername="postgresql+asyncpg")
    if "sslmode" in url.query:
        # libpq's name for it; asyncpg knows the same values under the name `ssl`.
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": url.query["sslmode"]})
    return url


settings = Settings()
