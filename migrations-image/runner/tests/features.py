"""What a version cannot do. The tests of it are skipped there, each with the reason, and the README lists it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

# Asked of the interpreter that runs the runner, which need not be the one that runs the tests.
_ASK = """
import importlib.metadata, importlib.util, json, platform
def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
print(json.dumps({
    "Python": platform.python_version(),
    "Alembic": version("alembic"),
    "SQLAlchemy": version("sqlalchemy"),
    "asyncpg": version("asyncpg"),
    "Flask-Migrate": version("flask-migrate"),
    "SQLite": importlib.util.find_spec("_sqlite3") and "yes",
}))
"""


@dataclass(frozen=True)
class Feature:
    """Something that came with a version of one of the libraries."""

    name: str
    library: str
    since: str = ""
    instead: str = ""
    """What the runner does in older versions, if somebody tries."""


FEATURES = {
    "pyproject": Feature("configuration in `pyproject.toml`", "Alembic", "1.16", "`ConfigurationError` if it names that file"),
    "pyproject_async": Feature("the template `pyproject_async` of `alembic init`", "Alembic", "1.16.3"),
    "path_separator": Feature("`path_separator`, and the warning that it is missing", "Alembic", "1.16"),
    "recursive_version_locations": Feature("`recursive_version_locations`", "Alembic", "1.10"),
    "needed_head": Feature(
        "the right rows after the downgrade of a revision that depends on one beside it",
        "Alembic",
        "1.13.1",
        "`InvalidScripts` before anything runs",
    ),
    "psycopg": Feature("psycopg 3", "SQLAlchemy", "2.0", "`ConfigurationError`"),
    "autobegin": Feature(
        "a transaction that begins with the first statement (and `Connection.commit()`)",
        "SQLAlchemy",
        "2.0",
        "what `env.py` executes before `context.configure()` is committed at once, so that nothing gets lost",
    ),
    "connection_errors": Feature(
        "why no connection came about, where a thread of `env.py` keeps that to itself",
        "SQLAlchemy",
        "2.0",
        "`ConfigurationError`, as `env.py` ended without a migration",
    ),
    "last_words": Feature(
        "the server's last words when it ends a session, with which PgBouncer refuses a transaction in statement mode",
        "asyncpg",
        "0.32",
        "`ConnectionLost` instead of `PoolerDetected`, which names a pooler as a possible cause; transaction mode is "
        "`PoolerDetected`",
    ),
    "flask": Feature("`flask db`", "Flask-Migrate"),
    "sqlite": Feature("the module sqlite3", "SQLite"),
}


@cache
def versions(python: str) -> dict[str, str | None]:
    asked = subprocess.run([python, "-c", _ASK], check=True, capture_output=True, text=True)
    found: dict[str, str | None] = json.loads(asked.stdout)
    return found


def under_test() -> str:
    """The interpreter that runs the runner."""
    return os.environ.get("DBMIGRATION_TEST_PYTHON", sys.executable)


def lacking(feature: Feature, python: str) -> str | None:
    """Why the libraries of this interpreter cannot do it, or None if they can."""
    found = versions(python)[feature.library]
    if found is not None and numbers(found) >= numbers(feature.since):
        return None
    needed = f"{feature.library} {feature.since}".strip()
    return f"{feature.name}: needs {needed}, and here is {found or 'none'}"


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
