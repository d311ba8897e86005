"""Goes to another database than the variable says, where -x database=NAME names one."""

import os

from alembic import context
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

url = make_url(os.environ["DATABASE_URL"])
url = url.set(database=context.get_x_argument(as_dictionary=True).get("database", url.database))
with create_engine(url, poolclass=NullPool).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
