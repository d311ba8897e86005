import os

from alembic import context
from sqlalchemy import create_engine, pool

from app.config import Settings
from app.models import SQLModel


def run_migrations_online():
    engine = create_engine(Settings(environment=dict(os.environ)).database, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=SQLModel.metadata)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
