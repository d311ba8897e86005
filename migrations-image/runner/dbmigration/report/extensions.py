"""CREATE EXTENSION where the server lacks it, or takes it from a superuser alone: the script is right then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.sql import script as sql

if TYPE_CHECKING:
    from dbmigration.session.traffic import Statement

# The second one before PostgreSQL 15: there is no control file.
MISSING = ("0A000", "58P01")
NOT_INSTALLED = (
    "The server does not have it: let whoever runs that install the package of the extension (pg_available_extensions lists "
    "what is there), or choose it among the provider's"
)
BY_A_SUPERUSER = (
    "Let a superuser, or the provider's role for it, make it once in this database, and let the script say CREATE EXTENSION IF "
    "NOT EXISTS; of one that is trusted the right is enough to create in the database (GRANT CREATE ON DATABASE … TO …)"
)


def is_made_by(statement: Statement | None) -> bool:
    if statement is None or "extension" not in statement.text.lower():
        return False
    return any(head.lower().split()[:2] == ["create", "extension"] for head in sql.read(statement.text).effects)
