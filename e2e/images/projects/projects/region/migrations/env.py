"""Wants more of its container than the URL: a region, and with -x note=yes a file that it may write."""

import os
from pathlib import Path

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

region = os.environ["REGION"]
if context.get_x_argument(as_dictionary=True).get("note") == "yes":
    Path("/var/tmp/note").write_text(region)

engine = create_engine(os.environ["DATABASE_URL"], poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
