"""By which driver a database is reached whose URL names none, or one that env.py cannot use."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Callable
from typing import Any

# The others can do both.
ASYNCHRONOUS = ("asyncpg", "psycopg_async")
SYNCHRONOUS = ("psycopg2", "psycopg2cffi", "pg8000")
# After SQLAlchemy's own default, which is the first or the second of these.
PREFERRED = ("psycopg2", "psycopg", "asyncpg", "pg8000")
_PACKAGES = {"psycopg_async": "psycopg"}
_ASYNCHRONOUS_MAKERS = {"async_engine_from_config", "create_async_engine"}
_SYNCHRONOUS_MAKERS = {"engine_from_config", "create_engine"}
# Around an engine of the other kind, as Alembic's template had it once.
_WRAPPER = "AsyncEngine"


def choose(
    named: str | None,
    own: str | None,
    asynchronous: bool | None,
    default: str,
    usable: Callable[[str], bool],
) -> str | None:
    """The driver for a URL that names `named`, where the configuration's own names `own`; None if there is none."""

    def fits(driver: str) -> bool:
        return asynchronous is None or driver not in (SYNCHRONOUS if asynchronous else ASYNCHRONOUS)

    if named is not None and fits(named):
        return named
    candidates = (own, default, *PREFERRED)
    return next((driver for driver in candidates if driver and fits(driver) and usable(driver)), named)


def makes_asynchronous_engine(source: str) -> bool | None:
    """By the names that env.py uses; None where it leaves that to other modules, or has both."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        # env.py is about to fail for the same.
        return None
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.alias):
            names.add(node.name)
    if _WRAPPER in names and not names & _ASYNCHRONOUS_MAKERS:
        return True
    kinds = (bool(names & _ASYNCHRONOUS_MAKERS), bool(names & _SYNCHRONOUS_MAKERS))
    return kinds[0] if kinds[0] != kinds[1] else None


def name_of(dialect: Any) -> str:
    """As a URL names it: both kinds of psycopg call themselves the same."""
    driver = str(dialect.driver)
    return f"{driver}_async" if dialect.is_async and f"{driver}_async" in ASYNCHRONOUS else driver


def is_usable(driver: str) -> bool:
    """Whether the image has it, and its SQLAlchemy knows it."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import NoSuchModuleError

    if importlib.util.find_spec(_PACKAGES.get(driver, driver)) is None:
        return False
    try:
        make_url(f"postgresql+{driver}://").get_dialect()
    except NoSuchModuleError:
        return False
    return True


def default_driver() -> str:
    """SQLAlchemy's own, which changed with version 2.1."""
    from sqlalchemy.engine import make_url

    return str(make_url("postgresql://").get_dialect().driver)
