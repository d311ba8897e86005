"""How Alembic reaches the platform's database and its models."""

import asyncio
from collections.abc import MutableMapping
from logging.config import fileConfig
from typing import Any

from alembic import context
from alembic.util import CommandError
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.config import SettingsError, settings

# From the package, not from app.models.base: only then have all models registered their tables.
from app.models import Base

config = context.config

if config.config_file_name is not None:
    # By default fileConfig silences every logger that exists already, also those of whoever runs Alembic as a library.
    fileConfig(config.config_file_name, disable_existing_loggers=False)

target_metadata = Base.metadata

# The options of the command line; none when Alembic runs as a library.
options = vars(config.cmd_opts) if config.cmd_opts else {}

PARTITION_PREFIXES = tuple(
    f"{table.name}_" for table in target_metadata.tables.values() if table.dialect_options["postgresql"].get("partition_by")
)


def needs_database() -> bool:
    """`revision`, `merge` and `history` run this file too (revision_environment in alembic.ini): most need none."""
    if "rev_id" in options:  # revision, merge
        return bool(options.get("autogenerate"))
    if "rev_range" in options:  # history
        return bool(options["indicate_current"]) or "current" in (options["rev_range"] or "")
    return True


def include_name(name: str | None, type_: str, _parent_names: MutableMapping[Any, str | None]) -> bool:
    """Leave partitions out of the comparison: they have no model, and would be reported as tables to drop."""
    if type_ != "table" or name is None or name in target_metadata.tables:
        return True
    return not name.startswith(PARTITION_PREFIXES)


def number_revision(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Give a new revision the next number, 020 after 019, unless --rev-id says otherwise."""
    if not options.get("rev_id"):
        numbers = [int(s.revision) for s in context.script.walk_revisions() if s.revision.isdecimal()]
        directives[0].rev_id = f"{max(numbers, default=0) + 1:03}"


def run_migrations_offline() -> None:
    """`--sql`: write the statements instead of running them. Needs no database, so no DATABASE_URL."""
    context.configure(
        dialect_name="postgresql",
        target_metadata=target_metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_without_database() -> None:
    """Only number_revision is of use."""
    context.configure(dialect_name="postgresql", as_sql=True, process_revision_directives=number_revision)
    context.run_migrations()


def do_run_migrations(connection: Connection) -> None:
    # Nothing may be executed on the connection before configure(): SQLAlchemy would begin a transaction that
    # Alembic takes for the caller's and never commits, and all migrations would be rolled back without an error.
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        # Each revision commits by itself. With autocommit_block, one transaction for all would be committed
        # half-way anyway; and a new foreign key could not be validated without the lock that added it.
        transaction_per_migration=True,
        compare_server_default=True,
        include_name=include_name,
        process_revision_directives=number_revision,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_async_migrations() -> None:
    engine = create_async_engine(settings.DATABASE_URL, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(do_run_migrations)
    finally:
        await engine.dispose()


def run_migrations_online() -> None:
    try:
        asyncio.run(run_async_migrations())
    except SettingsError as error:
        raise CommandError(str(error)) from None


if context.is_offline_mode():
    run_migrations_offline()
elif needs_database():
    run_migrations_online()
else:
    run_without_database()
