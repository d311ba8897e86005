"""Executes a statement before configure(): Alembic takes the transaction for env.py's own, and nobody commits it."""

import os

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

engine = create_engine(os.environ["DATABASE_URL"], poolclass=NullPool)
with engine.connect() as connection:
    connection.execute(text("SET search_path = public"))
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
