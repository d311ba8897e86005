"""Operations of a migration, and what each of them would delete of a database with rows and of the same one without."""

from __future__ import annotations

from typing import NamedTuple

# What is there before; the rows are those of `FILLED`.
SCHEMA = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TYPE pair AS (a int, b int);
CREATE DOMAIN short AS varchar(5);
CREATE SCHEMA shop;
CREATE TABLE shop.reviews (id int PRIMARY KEY, body text);
CREATE TABLE users (
    id int PRIMARY KEY, name varchar(50), nick text, age int, score numeric(8, 2), feels mood, twin pair, code short,
    seen timestamptz, long_name text GENERATED ALWAYS AS (id::text || '!') STORED
);
CREATE TABLE "Odd ""Name" ("A b" int);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
CREATE TABLE visits (at date, n int) PARTITION BY RANGE (at);
CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE parent (id int);
CREATE TABLE child (more int) INHERITS (parent);
CREATE TABLE other (id int);
CREATE TABLE guarded (id int);
CREATE TABLE logged (id int);
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM other; RETURN NULL; END $$;
CREATE TRIGGER log_it AFTER INSERT OR UPDATE ON logged EXECUTE FUNCTION log_it();
CREATE TABLE synced (id int, twin int);
CREATE TRIGGER sync AFTER UPDATE ON synced FOR EACH ROW EXECUTE FUNCTION log_it();
CREATE FUNCTION purge() RETURNS int LANGUAGE sql AS 'DELETE FROM other; SELECT 1';
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION part(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE parted (id int) PARTITION BY RANGE (part(id));
CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
CREATE SEQUENCE numbers;
CREATE VIEW names AS SELECT code FROM users;
CREATE INDEX ix ON users (name);
CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM users;
"""
FILLED = """
INSERT INTO users (id, name, nick, age, score, feels, twin, code, seen)
    SELECT g, 'n' || g, 'k', 20, 1.5, 'glad', ROW(NULL::int, 2)::pair, 'c', now() FROM generate_series(1, 3) g;
INSERT INTO shop.reviews SELECT g, 'fine' FROM generate_series(1, 2) g;
INSERT INTO "Odd ""Name" VALUES (1);
INSERT INTO orders VALUES (1, 1), (2, NULL);
INSERT INTO visits VALUES ('2025-05-05', 1), ('2026-05-05', 1);
INSERT INTO child VALUES (1, 2);
INSERT INTO other VALUES (1);
INSERT INTO parted VALUES (1);
SELECT nextval('numbers');
"""


class Operation(NamedTuple):
    body: str
    """Of the script's function."""
    filled: list[str]
    """What it deletes where there are rows."""


def sql(text: str) -> str:
    return f"op.execute({text!r})"


USERS = ["table users (3 rows)"]
ROWS = ["rows of table users (3 rows)"]
HELD = ["what rows of table users hold (3 rows)"]

DELETING = {
    "drop_table": Operation('op.drop_table("users")', USERS),
    "drop_table of a schema": Operation('op.drop_table("reviews", schema="shop")', ["table shop.reviews (2 rows)"]),
    "drop_table with an odd name": Operation("op.drop_table('Odd \"Name')", ['table Odd "Name (1 row)']),
    "drop_column": Operation('op.drop_column("users", "nick")', ["column users.nick (3 values)"]),
    "drop_column of a composite type": Operation('op.drop_column("users", "twin")', ["column users.twin (3 values)"]),
    "drop_column with an odd name": Operation(sql('ALTER TABLE "Odd ""Name" DROP "A b"'), ['column Odd "Name.A b (1 value)']),
    "batch_alter_table drops a column": Operation(
        'with op.batch_alter_table("users") as batch:\n    batch.drop_column("nick")', ["column users.nick (3 values)"]
    ),
    "alter_column to what is shorter": Operation(
        'op.alter_column("users", "name", type_=sa.String(10))', ["what column users.name holds, by another type (3 values)"]
    ),
    "alter_column to a number": Operation(
        'op.alter_column("users", "nick", type_=sa.Integer(), postgresql_using="length(nick)")',
        ["what column users.nick holds, by another type (3 values)"],
    ),
    "fewer digits": Operation(
        sql("ALTER TABLE users ALTER score TYPE numeric(8, 1)"), ["what column users.score holds, by another type (3 values)"]
    ),
    "a time without its zone": Operation(
        sql("ALTER TABLE users ALTER COLUMN seen SET DATA TYPE timestamp"),
        ["what column users.seen holds, by another type (3 values)"],
    ),
    "drop several tables": Operation(
        sql("DROP TABLE IF EXISTS nothing_here, other, orders"), ["table other (1 row)", "table orders (2 rows)"]
    ),
    "drop a partition": Operation(sql("DROP TABLE visits_2025"), ["table visits_2025 (1 row)"]),
    "drop a partitioned table": Operation(sql("DROP TABLE visits"), ["table visits (2 rows)"]),
    "drop a parent with its children": Operation(
        sql("DROP TABLE parent CASCADE"), ["table parent (1 row)", "table child (1 row)"]
    ),
    "drop a schema": Operation(sql("DROP SCHEMA shop CASCADE"), ["table shop.reviews (2 rows)"]),
    "drop a type with its columns": Operation(sql("DROP TYPE mood CASCADE"), ["column users.feels (3 values)"]),
    "drop a domain with its columns": Operation(sql("DROP DOMAIN short CASCADE"), ["column users.code (3 values)"]),
    "drop a function by which a table is parted": Operation(
        sql("DROP FUNCTION part(int) CASCADE"), ["table parted (1 row)", "table parted_1 (1 row)"]
    ),
    "drop a sequence": Operation(sql("DROP SEQUENCE numbers"), ["sequence numbers (its position)"]),
    "truncate": Operation(
        sql("TRUNCATE TABLE ONLY users, other CASCADE"), [*ROWS, "rows of table orders (2 rows)", "rows of table other (1 row)"]
    ),
    "delete": Operation(sql("DELETE FROM users WHERE id > 2"), ROWS),
    "delete by SQLAlchemy": Operation('op.execute(sa.delete(sa.table("users")))', ROWS),
    "delete by the connection": Operation(
        'op.get_bind().execute(sa.text("DELETE FROM users WHERE id = :id"), {"id": 1})', ROWS
    ),
    "delete with quotes": Operation(sql('DELETE FROM "public"."users" -- not "other"\n'), ROWS),
    "delete behind a comment": Operation(sql("/* harmless /* all of it */ */ DELETE /**/ FROM ONLY users"), ROWS),
    "delete behind a semicolon": Operation(sql("SELECT 'a;b'; DELETE FROM users;"), ROWS),
    "delete in a WITH": Operation(sql("WITH gone AS (DELETE FROM users RETURNING id) SELECT * FROM gone"), ROWS),
    "delete to be copied": Operation(sql("COPY (DELETE FROM users RETURNING *) TO stdout"), ROWS),
    "delete that is explained": Operation(sql("EXPLAIN (ANALYZE, VERBOSE) DELETE FROM users"), ROWS),
    "delete from a parent": Operation(sql("DELETE FROM parent"), ["rows of table parent (1 row)"]),
    "update": Operation(sql("UPDATE users AS u SET name = 'x' FROM other"), HELD),
    "update by SQLAlchemy": Operation('op.execute(sa.update(sa.table("users", sa.column("name"))).values(name="100%"))', HELD),
    "upsert": Operation(
        sql("INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET (name, nick) = (NULL, NULL)"), HELD
    ),
    "merge": Operation(sql("MERGE INTO users u USING other o ON u.id = o.id WHEN MATCHED THEN DELETE"), HELD),
    "a column under another name": Operation(
        'op.alter_column("users", "nick", new_column_name="alias")\nop.drop_column("users", "alias")',
        ["column users.nick (3 values)"],
    ),
    "a table under another name": Operation('op.rename_table("users", "people")\nop.drop_table("people")', USERS),
    "a table that takes another's place": Operation(
        'op.rename_table("users", "old")\nop.create_table("users", sa.Column("id", sa.Integer))\nop.drop_table("old")', USERS
    ),
    "a table that was moved": Operation(
        sql("ALTER TABLE other SET SCHEMA shop; DROP TABLE shop.other"), ["table other (1 row)"]
    ),
    "a table that was moved into a schema that goes": Operation(
        sql("ALTER TABLE other SET SCHEMA shop; DROP SCHEMA shop CASCADE"),
        ["table shop.reviews (2 rows)", "table other (1 row)"],
    ),
    "a table that was attached": Operation(
        sql("CREATE TABLE box (id int) PARTITION BY LIST (id); ALTER TABLE box ATTACH PARTITION other DEFAULT; DROP TABLE box"),
        ["table other (1 row)"],
    ),
    "tables that change places": Operation(
        sql(
            "ALTER TABLE users RENAME TO t; ALTER TABLE other RENAME TO users; ALTER TABLE t RENAME TO other; "
            "CREATE TABLE IF NOT EXISTS users (id int); DROP TABLE other"
        ),
        USERS,
    ),
    "a table that takes the name of one that is there": Operation(
        sql(
            "ALTER TABLE other RENAME TO t; ALTER TABLE users RENAME TO other; CREATE TABLE IF NOT EXISTS other (id int); "
            "DROP TABLE other"
        ),
        USERS,
    ),
    "columns that change places": Operation(
        sql(
            "ALTER TABLE users RENAME nick TO c; ALTER TABLE users RENAME age TO nick; ALTER TABLE users RENAME c TO age; "
            "ALTER TABLE users ADD COLUMN IF NOT EXISTS nick text; ALTER TABLE users DROP nick"
        ),
        ["column users.age (3 values)"],
    ),
    "a column that takes a new name": Operation(
        sql("ALTER TABLE users RENAME nick TO alias; ALTER TABLE users ADD COLUMN IF NOT EXISTS alias text, DROP COLUMN alias"),
        ["column users.nick (3 values)"],
    ),
    "a sequence under another name": Operation(
        sql("ALTER SEQUENCE numbers RENAME TO figures; DROP SEQUENCE IF EXISTS figures"), ["sequence numbers (its position)"]
    ),
    "moved and copied rows": Operation(
        sql("CREATE TABLE fresh AS SELECT * FROM other; DROP TABLE other; ALTER TABLE fresh RENAME TO other"),
        ["table other (1 row)"],
    ),
}

HARMLESS = {
    "an update of nothing under triggers for each row": sql(
        "CREATE TRIGGER each_row AFTER UPDATE ON guarded FOR EACH ROW EXECUTE FUNCTION log_it(); "
        "UPDATE guarded SET id = 1; UPDATE synced SET twin = id"
    ),
    "create_table": 'op.create_table("made", sa.Column("id", sa.Integer, primary_key=True))',
    "create_table and drop it": 'op.create_table("made", sa.Column("id", sa.Integer))\nop.drop_table("made")',
    "a temporary table": sql("CREATE TEMP TABLE work AS SELECT id FROM users; DROP TABLE work"),
    "add_column": 'op.add_column("users", sa.Column("extra", sa.Integer(), server_default="1"))',
    "fill a new column": 'op.add_column("users", sa.Column("extra", sa.Text()))\n'
    + sql("UPDATE users SET extra = upper(name)"),
    "a new column goes again": 'op.add_column("users", sa.Column("extra", sa.Text()))\nop.drop_column("users", "extra")',
    "create_index": 'op.create_index("ix_new", "users", ["name"])',
    "create_index concurrently": (
        "with op.get_context().autocommit_block():\n"
        '    op.create_index("ix_new", "users", ["name"], postgresql_concurrently=True)'
    ),
    "drop_index": 'op.drop_index("ix")',
    "constraints": (
        'op.create_unique_constraint("uq", "users", ["name"])\n'
        'op.create_check_constraint("ck", "users", "length(name) > 0")\n'
        'op.create_foreign_key("fk", "other", "users", ["id"], ["id"])\n'
        'op.drop_constraint("uq", "users")'
    ),
    "rename_table": 'op.rename_table("users", "people")',
    "rename a column": 'op.alter_column("users", "nick", new_column_name="alias")',
    "nullable and default": 'op.alter_column("users", "nick", nullable=False, server_default="x")',
    "what is longer": 'op.alter_column("users", "name", type_=sa.String(60))',
    "a text": 'op.alter_column("users", "name", type_=sa.Text())',
    "a greater number": 'op.alter_column("users", "age", type_=sa.BigInteger(), postgresql_using="age::bigint")',
    "more digits": sql("ALTER TABLE users ALTER COLUMN score TYPE decimal(10, 2)"),
    "a new value of an enum": sql("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm'"),
    "a value under another name": sql("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'"),
    "bulk_insert": (
        'import datetime\nop.bulk_insert(sa.table("users", sa.column("id", sa.Integer), sa.column("seen", sa.DateTime)), '
        '[{"id": 7, "seen": datetime.datetime(2026, 1, 1)}])'
    ),
    "insert": sql("INSERT INTO other (id) SELECT twice(7) ON CONFLICT DO NOTHING"),
    "views": sql("CREATE OR REPLACE VIEW names AS SELECT code FROM users; DROP VIEW IF EXISTS names"),
    "a materialized view": sql("REFRESH MATERIALIZED VIEW counts; DROP MATERIALIZED VIEW counts CASCADE"),
    "a function": sql("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ DELETE FROM users; SELECT 1 $$"),
    "a type that nothing has": sql("CREATE TYPE t AS ENUM ('a'); DROP TYPE t"),
    "comments, rights and settings": sql(
        "COMMENT ON TABLE users IS 'DROP TABLE users'; GRANT SELECT ON users TO PUBLIC; SET LOCAL lock_timeout = '1s'"
    ),
    "a generated column": 'op.drop_column("users", "long_name")',
    "what is not there": sql("DROP TABLE IF EXISTS nothing_here"),
    "reading": sql("SELECT count(*), max(name) FROM users; SELECT lower(name) FROM users FOR UPDATE"),
    "words in a string": sql("INSERT INTO other SELECT 1 WHERE $q$ DELETE FROM users $q$ <> 'DROP TABLE users; '"),
    "detach a partition": sql("ALTER TABLE visits DETACH PARTITION visits_2025"),
    "nothing": "pass",
}

# What asks although nothing would be lost, or although nobody can tell.
ALARMS = {
    "an anonymous block": sql("DO $$ BEGIN NULL; END $$"),
    "a procedure": sql("CALL nothing_here()"),
    "a function of somebody's that may write": sql("SELECT purge()"),
    "such a function as a default": sql("ALTER TABLE other ADD COLUMN x int DEFAULT purge()"),
    "such a function of another plan's step": sql(
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; SELECT f()"
    ),
    "a statement that nobody knows": sql("FETCH ALL FROM a_cursor"),
    "a query whose result decides": 'if op.get_bind().execute(sa.text("SELECT 1")).scalar():\n    op.drop_table("users")',
    "such a query whose failure is caught": (
        'try:\n    there = op.get_bind().scalar(sa.text("SELECT 1"))\nexcept Exception:\n    there = 0\n'
        'if there:\n    op.drop_table("users")'
    ),
    "an inspection": "sa.inspect(op.get_bind()).get_table_names()",
    "an inspection whose failure is caught": "try:\n    sa.inspect(op.get_bind())\nexcept Exception:\n    pass",
    "asking whether it is offline": 'if not op.get_context().as_sql:\n    op.drop_table("users")',
    "asking it of the implementation": 'if not op.get_context().impl.as_sql:\n    op.drop_table("users")',
    "batch_alter_table that makes the table anew": (
        'with op.batch_alter_table("users", recreate="always") as batch:\n    batch.drop_column("nick")'
    ),
    "an update of what the plan adds, where a trigger is": sql("INSERT INTO synced VALUES (1); UPDATE synced SET twin = 1"),
    "an update of nothing under a trigger that needs no row": sql(
        "CREATE TRIGGER each_time AFTER UPDATE ON guarded EXECUTE FUNCTION log_it(); UPDATE guarded SET id = 1"
    ),
    "insert where a trigger is": sql("INSERT INTO logged VALUES (1)"),
    "insert into a view": sql("INSERT INTO names VALUES ('x')"),
    "drop of what is not there": 'op.drop_table("nothing_here")',
    "drop of what the search path hides": sql("SET search_path = shop; DROP TABLE IF EXISTS reviews"),
    "a type under another name, with its columns": sql(
        "ALTER TYPE mood RENAME TO old_mood; DROP TYPE IF EXISTS old_mood CASCADE"
    ),
    "a foreign key by which emptying reaches further": sql(
        "ALTER TABLE other ADD FOREIGN KEY (id) REFERENCES users (id); TRUNCATE users CASCADE"
    ),
    "a table that is renamed behind a search path": sql(
        "SET search_path = public; ALTER TABLE users RENAME TO old; DROP TABLE IF EXISTS public.old"
    ),
    "insert into what is not there": sql("INSERT INTO nothing_here VALUES (1)"),
    "copy where a trigger is": sql("COPY logged FROM stdin"),
    "drop owned": sql("DROP OWNED BY CURRENT_USER"),
    "an exception": 'op.execute("SELECT 1")\nraise ValueError("no")',
    "a string without an end": sql("SELECT 'a"),
    "a name with escapes": sql('DROP TABLE U&"us\\0065rs"'),
    "another program": "import subprocess\nsubprocess.run(['true'])",
    "a file": 'open("written", "w").close()',
}
