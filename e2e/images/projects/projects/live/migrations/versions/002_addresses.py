"""The addresses of customers, which takes a look at the rows on both ways"""

from alembic import op
from sqlalchemy import text

revision = "002"
down_revision = "001"


def upgrade():
    op.execute("ALTER TABLE customer ADD COLUMN address text")
    for id, email in op.get_bind().execute(text("SELECT id, email FROM customer")).all():
        op.execute(text("UPDATE customer SET address = :email WHERE id = :id").bindparams(id=id, email=email))


def downgrade():
    for id, address in op.get_bind().execute(text("SELECT id, address FROM customer")).all():
        op.execute(text("UPDATE customer SET email = :address WHERE id = :id").bindparams(id=id, address=address))
    op.execute("ALTER TABLE customer DROP COLUMN address")
