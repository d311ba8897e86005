"""Takes one PostgreSQL database to the revision that its owner declared, with the owner's own Alembic project."""
