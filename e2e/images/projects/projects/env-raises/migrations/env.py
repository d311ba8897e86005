"""Wants to be told the tenant: alembic -x tenant=…"""

import os

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

tenant = context.get_x_argument(as_dictionary=True).get("tenant")
if tenant is None:
    raise RuntimeError("which tenant? call with -x tenant=NAME")

engine = create_engine(os.environ["DATABASE_URL"], poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
