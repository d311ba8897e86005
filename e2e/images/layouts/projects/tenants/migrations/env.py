import os

from alembic import context
from sqlalchemy import create_engine, pool, text

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
tenants = context.get_x_argument(as_dictionary=True)["tenants"].split(",")

for tenant in tenants:
    with engine.connect() as connection:
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{tenant}"'))
        connection.execute(text(f'SET search_path TO "{tenant}"'))
        connection.commit()
        connection.dialect.default_schema_name = tenant
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
