"""Writes more steps, with more SQL, than fit into what is listed and into one ConfigMap."""

from pathlib import Path

STEPS = 120
SCRIPT = '''"""Table {number} of many"""

from alembic import context, op

revision = "{number:03}"
down_revision = {before!r}


def upgrade():
    kilobytes = int(context.get_x_argument(as_dictionary=True).get("kilobytes", "16"))
    op.execute("CREATE TABLE t{number:03} (id int)")
    op.execute(f"COMMENT ON TABLE t{number:03} IS '{{'so it goes on and on, ' * 45 * kilobytes}}'")


def downgrade():
    op.execute("DROP TABLE t{number:03}")
'''

directory = Path(__file__).parent / "migrations" / "versions"
directory.mkdir(parents=True)
for number in range(1, STEPS + 1):
    before = f"{number - 1:03}" if number > 1 else None
    (directory / f"{number:03}.py").write_text(SCRIPT.format(number=number, before=before))
