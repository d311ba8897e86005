"""The table in which Alembic keeps its rows, by its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.sql.quote import identifier

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext


class VersionTable(NamedTuple):
    schema: str
    table: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.table}"

    @property
    def quoted(self) -> str:
        return f"{identifier(self.schema)}.{identifier(self.table)}"


def refuse_another_table(declared: str | None, table: VersionTable, run_before: bool) -> None:
    """Of the declared one the operator has said, or will say, where the database is.

    `run_before` says whether steps were run already, at another version table.
    """
    if declared is not None and declared != str(table):
        raise Refusal(
            CONFIGURATION_ERROR,
            f"env.py uses the version table {table}, and spec.alembic.versionTable says {declared}: nothing "
            f"{'more ' * run_before}was run. Let spec.alembic.versionTable name the one that env.py uses, or leave it out, as "
            "where env.py migrates several.",
        )


def refuse_a_temporary_table(table: VersionTable) -> None:
    """What is written into it ends with the session, and the steps do not."""
    if table.schema.startswith("pg_temp_"):
        raise Refusal(
            CONFIGURATION_ERROR,
            f"the version table {table.table} is a temporary one (CREATE TEMPORARY TABLE), and what it says would be gone with "
            "the session of env.py: every run would begin at base. Let env.py not make it; Alembic makes its own.",
        )


def refuse_a_table_that_is_moved(context: MigrationContext, table: VersionTable) -> None:
    """Alembic creates and writes the version table where the map says, and looks for it where it does not."""
    moved = context.connection.get_execution_options().get("schema_translate_map") or {}  # type: ignore[union-attr]
    asked = context.version_table_schema
    if asked in moved and moved[asked] != table.schema:
        raise Refusal(
            CONFIGURATION_ERROR,
            f"env.py has a schema_translate_map that moves the version table {table} to "
            f"{f'schema {moved[asked]}' if moved[asked] else 'the default schema'}, where Alembic writes it but does not look "
            "for it: every run would begin at base. Let version_table_schema in context.configure() name the schema itself, "
            "one that the map does not move.",
        )
