"""Those of a migration by which something goes that they do not name, or name in another way."""

from __future__ import annotations

from typing import NamedTuple

SCHEMA = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE DOMAIN price AS numeric(10, 4);
CREATE DOMAIN short AS varchar(10);
CREATE SCHEMA shop;
CREATE TABLE other (id int, note text);
CREATE FUNCTION purge() RETURNS int LANGUAGE sql AS 'DELETE FROM other; SELECT 1';
CREATE FUNCTION "join"(int) RETURNS int LANGUAGE sql AS 'DELETE FROM other; SELECT 1';
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION on_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM other; RETURN NEW; END';
CREATE TABLE users (
    id int PRIMARY KEY, nick bpchar, cost price, code short, feels mood, name varchar(50), day timestamp(3), sure bit(3)
);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE items (order_id int REFERENCES orders ON DELETE SET NULL);
CREATE TABLE notes (user_id int REFERENCES users);
CREATE TABLE parent (id int);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE grandchild (more int) INHERITS (child);
CREATE TABLE visits (at date, n int) PARTITION BY RANGE (at);
CREATE TABLE visits_25 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (at);
CREATE TABLE visits_25_01 PARTITION OF visits_25 FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CREATE TRIGGER deep AFTER INSERT ON visits_25_01 FOR EACH ROW EXECUTE FUNCTION on_row();
CREATE TABLE calm (at date, n int) PARTITION BY RANGE (at);
CREATE TABLE calm_25 PARTITION OF calm FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE updated (id int);
CREATE TABLE updated_2 () INHERITS (updated);
CREATE TABLE updated_3 () INHERITS (updated_2);
CREATE TRIGGER deep BEFORE UPDATE ON updated_3 FOR EACH ROW EXECUTE FUNCTION on_row();
CREATE TABLE inbox (id int, t text);
CREATE TRIGGER t AFTER INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION on_row();
CREATE TABLE letters (id int, note text);
CREATE TRIGGER t BEFORE INSERT ON letters FOR EACH ROW EXECUTE FUNCTION on_row();
CREATE DOMAIN auto AS int DEFAULT purge();
CREATE DOMAIN strict AS int CHECK (purge() > 0);
CREATE DOMAIN stricter AS strict;
CREATE TYPE pair_of AS (a strict);
CREATE TABLE automatic (id int, a auto);
CREATE TABLE composed (id int, a stricter, b pair_of);
CREATE TABLE defaulted (id int, a int DEFAULT purge());
CREATE TABLE doubled (id int, a int DEFAULT twice(1));
CREATE TABLE secured (id int);
CREATE POLICY guard ON secured USING (purge() > 0);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE VIEW v AS SELECT purge() AS a;
CREATE TABLE plain (id int, c int);
CREATE TABLE pair (x int);
CREATE SEQUENCE numbers;
CREATE VIEW shape AS SELECT 1 AS q;
CREATE TABLE shaped (id int, s shape);
CREATE TABLE emp (id int);
CREATE TABLE holds (id int, e emp);
CREATE TABLE key_of (id int PRIMARY KEY);
CREATE TABLE key_holder (id int REFERENCES key_of);
CREATE TRIGGER t AFTER TRUNCATE ON key_holder EXECUTE FUNCTION on_row();
CREATE TABLE keyed (id int);
CREATE TABLE keyed_child (PRIMARY KEY (id)) INHERITS (keyed);
CREATE TABLE key_user (id int REFERENCES keyed_child);
CREATE TABLE counted (n serial);
CREATE TABLE mail (id int) PARTITION BY LIST (id);
CREATE TRIGGER t AFTER INSERT ON mail FOR EACH ROW EXECUTE FUNCTION on_row();
"""
FILLED = """
INSERT INTO other VALUES (1, 'a'), (2, 'b');
INSERT INTO users
    SELECT g, 'hello', 1.2345, 'abcdefghij', 'sad', 'n', '2026-01-01 00:00:00.123', '101' FROM generate_series(1, 3) g;
INSERT INTO orders VALUES (1, 1), (2, 2);
INSERT INTO items VALUES (1);
INSERT INTO grandchild VALUES (1, 42);
INSERT INTO updated_3 VALUES (1);
INSERT INTO calm VALUES ('2025-05-05', 1);
INSERT INTO pair VALUES (1);
INSERT INTO shaped VALUES (1, ROW(1)::shape);
INSERT INTO holds VALUES (1, ROW(5)::emp);
INSERT INTO plain VALUES (1, 1);
INSERT INTO counted SELECT nextval('counted_n_seq') FROM generate_series(1, 3);
INSERT INTO keyed_child VALUES (1);
INSERT INTO key_user VALUES (1);
SELECT nextval('numbers');
"""


class Unseen(NamedTuple):
    sql: str
    deletes: list[str]
    """What is told where there are rows; `unknown` for what nobody can tell."""
    is_run: bool = True
    """False where it needs a server of its own, or the statements behind it."""


USERS = "rows of table users (3 rows)"
HELD = "what rows of table users hold (3 rows)"
UNKNOWN = ["unknown"]

TYPES = {
    "a domain in the place of another one": Unseen(
        "ALTER DOMAIN price RENAME TO price_old; CREATE DOMAIN price AS numeric(10, 1); "
        "ALTER TABLE users ALTER COLUMN cost TYPE price; DROP DOMAIN price_old",
        ["what column users.cost holds, by another type (3 values)"],
    ),
    "with a cast": Unseen(
        "ALTER DOMAIN short RENAME TO short_old; CREATE DOMAIN short AS varchar(2); "
        "ALTER TABLE users ALTER code TYPE short USING code::short; DROP DOMAIN short_old",
        ["what column users.code holds, by another type (3 values)"],
    ),
    "an enum in the place of another one": Unseen(
        "ALTER TYPE mood RENAME TO mood_old; CREATE TYPE mood AS ENUM ('glad'); "
        "CREATE FUNCTION mc(mood_old) RETURNS mood LANGUAGE sql AS $$ SELECT 'glad'::mood $$; "
        "CREATE CAST (mood_old AS mood) WITH FUNCTION mc(mood_old) AS ASSIGNMENT; ALTER TABLE users ALTER feels TYPE mood",
        ["unknown", "what column users.feels holds, by another type (3 values)"],
    ),
    "a type of another schema on another path": Unseen(
        "CREATE SCHEMA alt; CREATE DOMAIN alt.short AS varchar(1); SET LOCAL search_path = alt, public; "
        "ALTER TABLE public.users ALTER code TYPE short USING code::short",
        ["what column users.code holds, by another type (3 values)"],
    ),
    "a char without a number": Unseen(
        "ALTER TABLE users ALTER COLUMN nick TYPE char USING nick::char",
        ["what column users.nick holds, by another type (3 values)"],
    ),
    "a bit without a number": Unseen(
        "ALTER TABLE users ALTER COLUMN sure TYPE bit USING sure::bit",
        ["what column users.sure holds, by another type (3 values)"],
    ),
}
INHERITED = {
    "a column that a grandchild has already": Unseen(
        "ALTER TABLE parent ADD COLUMN more int; UPDATE parent SET more = 0", ["what rows of table parent hold (1 row)"]
    ),
    "its type": Unseen(
        "ALTER TABLE parent ADD COLUMN more int; ALTER TABLE parent ALTER COLUMN more TYPE text USING ''",
        ["what column grandchild.more holds, by another type (1 value)"],
    ),
    "under a name that it got before": Unseen(
        "ALTER TABLE grandchild RENAME more TO extra; ALTER TABLE parent ADD COLUMN extra int; UPDATE parent SET extra = 0",
        ["what rows of table parent hold (1 row)"],
    ),
    "a column that was renamed from above": Unseen(
        "ALTER TABLE calm RENAME n TO m; ALTER TABLE calm DETACH PARTITION calm_25; "
        "ALTER TABLE calm_25 DROP COLUMN IF EXISTS m",
        ["column calm_25.n (1 value)"],
    ),
    "a column that was there before a partition left": Unseen(
        "ALTER TABLE calm DETACH PARTITION calm_25; ALTER TABLE calm RENAME n TO m; "
        "ALTER TABLE calm_25 DROP COLUMN IF EXISTS n",
        ["column calm_25.n (1 value)"],
    ),
    "and one that went from the others": Unseen(
        "ALTER TABLE calm DETACH PARTITION calm_25; ALTER TABLE calm DROP COLUMN n; "
        "ALTER TABLE calm_25 DROP COLUMN IF EXISTS n",
        ["column calm.n (1 value)", "column calm_25.n (1 value)"],
    ),
    "a trigger of a partition's partition": Unseen("INSERT INTO visits VALUES ('2025-01-05', 1)", UNKNOWN),
    "a trigger of a grandchild": Unseen("ALTER TABLE updated ADD COLUMN z int; UPDATE updated SET z = 1", UNKNOWN),
    "a trigger of what is attached": Unseen(
        "CREATE TABLE box (id int, note text) PARTITION BY LIST (id); ALTER TABLE box ATTACH PARTITION letters DEFAULT; "
        "INSERT INTO box VALUES (7, 'x')",
        UNKNOWN,
    ),
    "a trigger that a new partition gets": Unseen(
        "CREATE TABLE mail_2 PARTITION OF mail FOR VALUES IN (2); INSERT INTO mail_2 VALUES (2)", UNKNOWN
    ),
    "a trigger of what is emptied with another": Unseen("TRUNCATE key_of CASCADE", UNKNOWN),
    "what refers to a child": Unseen(
        "TRUNCATE keyed CASCADE", ["rows of table keyed (1 row)", "rows of table key_user (1 row)"]
    ),
}
BY_NAME = {
    "a view under another name": Unseen(
        "ALTER VIEW shape RENAME TO shape2; DROP VIEW IF EXISTS shape2 CASCADE", ["column shaped.s (1 value)"]
    ),
    "a sequence in a schema that goes": Unseen(
        "ALTER SEQUENCE numbers SET SCHEMA shop; DROP SCHEMA shop CASCADE", ["sequence numbers (its position)"]
    ),
    "a sequence that moves with its table": Unseen(
        "ALTER TABLE counted SET SCHEMA shop; SELECT setval('shop.counted_n_seq', 1)",
        ["the position of sequence counted_n_seq"],
    ),
    "a view in a schema that goes": Unseen(
        "ALTER VIEW shape SET SCHEMA shop; DROP SCHEMA shop CASCADE", ["column shaped.s (1 value)"]
    ),
    "the type of a table in a schema that goes": Unseen(
        "ALTER TABLE emp SET SCHEMA shop; DROP SCHEMA shop CASCADE", ["column holds.e (1 value)"]
    ),
    "what is attached in a schema that goes": Unseen(
        "CREATE TABLE shop.box (id int, note text) PARTITION BY LIST (id); "
        "ALTER TABLE shop.box ATTACH PARTITION other DEFAULT; DROP SCHEMA shop CASCADE",
        ["table other (2 rows)"],
    ),
    "what is attached under another name": Unseen(
        "CREATE TABLE box (id int, note text) PARTITION BY LIST (id); ALTER TABLE box ATTACH PARTITION other DEFAULT; "
        "ALTER TABLE other RENAME TO o2; CREATE TABLE other (id int); DROP TABLE box",
        ["table other (2 rows)"],
    ),
    "strings that are read in another way": Unseen(
        "SELECT set_config('Standard_Conforming_Strings', 'off', true)", UNKNOWN, is_run=False
    ),
    "a setting that is computed": Unseen(
        "SELECT set_config(name, 'off', true) FROM pg_settings WHERE false", UNKNOWN, is_run=False
    ),
}
BY_KEY = {
    "rows that go with others": Unseen(
        "DELETE FROM users",
        [USERS, "rows of table orders (2 rows)", "what rows of table items hold (1 row)"],
    ),
    "keys that are written with others": Unseen(
        "UPDATE users SET id = id + 10", [HELD, "what rows of table orders hold (2 rows)"]
    ),
    "by a key that the plan makes": Unseen(
        "INSERT INTO key_of VALUES (1), (2); ALTER TABLE other ADD FOREIGN KEY (id) REFERENCES key_of ON DELETE CASCADE; "
        "DELETE FROM key_of",
        UNKNOWN,
    ),
    "what refers to a table that the plan makes": Unseen(
        "CREATE TABLE made (id int PRIMARY KEY); INSERT INTO made SELECT id FROM users; "
        "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES made; TRUNCATE made CASCADE",
        UNKNOWN,
    ),
    "by a key of what the plan makes": Unseen(
        "CREATE TABLE made (id int PRIMARY KEY); INSERT INTO made VALUES (1), (2); "
        "ALTER TABLE other ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES made ON UPDATE SET NULL; "
        "UPDATE made SET id = 7 WHERE id = 1",
        UNKNOWN,
    ),
}
HARMLESS = {
    "a domain that nothing has": "CREATE DOMAIN fresh AS int; ALTER TABLE users ALTER name TYPE text",
    "a function and its trigger": (
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
        "CREATE TRIGGER touch BEFORE UPDATE ON public.plain FOR EACH ROW EXECUTE FUNCTION public.touch(); "
        "COMMENT ON FUNCTION public.touch() IS 'x'"
    ),
    "a new table": (
        "CREATE TABLE lg (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, a varchar(5) DEFAULT lower('X'), n numeric(8, 2), "
        "at timestamptz DEFAULT now(), u int REFERENCES users (id) ON DELETE CASCADE, CHECK (length(a) > 0), UNIQUE (a, n)); "
        "CREATE INDEX ON lg USING btree (lower(a)); INSERT INTO lg (a) VALUES ('x'); DELETE FROM lg; UPDATE lg SET a = 'y'"
    ),
    "an extension that is known": (
        "CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE TABLE lg (id int, a varchar(5)); "
        "INSERT INTO lg (a) SELECT encode(digest('x', 'md5'), 'hex')::varchar(5)"
    ),
    "MERGE that does nothing": "MERGE INTO inbox i USING plain p ON i.id = p.id WHEN NOT MATCHED THEN DO NOTHING",
    "MERGE that inserts where no trigger is": (
        "MERGE INTO plain i USING plain p ON i.id = p.id + 1 WHEN NOT MATCHED THEN INSERT VALUES (p.id, 7)"
    ),
    "a column of a parent": "ALTER TABLE parent ADD COLUMN fresh int; UPDATE parent SET fresh = 0; UPDATE child SET fresh = 1",
    "other settings": "SELECT set_config('lock_timeout', '1s', true); ALTER TABLE plain ADD x int",
    "a schema that is there": "CREATE SCHEMA IF NOT EXISTS public; ALTER TABLE plain DROP COLUMN IF EXISTS x",
    "a text behind an extension": "CREATE EXTENSION tablefunc; ALTER TABLE users ALTER name TYPE text",
    "a schema that nobody looks into": "CREATE SCHEMA IF NOT EXISTS fresh; DROP TABLE IF EXISTS nothing_here",
    "a key to a new table": (
        "CREATE TABLE made (id int PRIMARY KEY, p int); ALTER TABLE made ADD FOREIGN KEY (p) REFERENCES users "
        "ON DELETE CASCADE; DELETE FROM made"
    ),
    "delete from what is empty": "DELETE FROM key_of; DELETE FROM notes",
}
