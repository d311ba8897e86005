"""Those of a migration by which code of the database's own runs, or code of their own, without being called by its name."""

from __future__ import annotations

from tests.operations_unseen import UNKNOWN, Unseen

DELETING = {
    "MERGE that inserts": Unseen(
        "MERGE INTO inbox i USING (SELECT 1 AS id) s ON i.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'x')", UNKNOWN
    ),
    "a function with the name of a key word": Unseen("SELECT join(1)", UNKNOWN),
    "a default of a new table": Unseen(
        "CREATE TABLE lg (id int, a int DEFAULT purge()); INSERT INTO lg (id) VALUES (1)", UNKNOWN
    ),
    "a default": Unseen("ALTER TABLE plain ALTER COLUMN c SET DEFAULT purge(); INSERT INTO plain (id) VALUES (1)", UNKNOWN),
    "a default like another one": Unseen(
        "CREATE TABLE lg (LIKE defaulted INCLUDING ALL); INSERT INTO lg (id) VALUES (1)", UNKNOWN
    ),
    "a check of a new table": Unseen("CREATE TABLE lg (id int CHECK (purge() > 0)); INSERT INTO lg VALUES (1)", UNKNOWN),
    "a default of a domain": Unseen("INSERT INTO automatic (id) VALUES (1)", UNKNOWN),
    "a default of a new domain": Unseen(
        "CREATE DOMAIN dd AS int DEFAULT purge(); CREATE TABLE lg (id int, a dd); INSERT INTO lg VALUES (1)", UNKNOWN
    ),
    "another default of a domain": Unseen("ALTER DOMAIN price SET DEFAULT purge(); INSERT INTO users (id) VALUES (9)", UNKNOWN),
    "a domain of a domain": Unseen("INSERT INTO composed (a) VALUES (1)", UNKNOWN),
    "a domain in a row": Unseen("INSERT INTO composed (b) VALUES (ROW(1))", UNKNOWN),
    "a check of a new domain": Unseen("CREATE DOMAIN dd AS int CHECK (purge() > 0); SELECT 1::dd", UNKNOWN),
    "a new operator": Unseen(
        "CREATE FUNCTION eq(int, int) RETURNS bool LANGUAGE sql AS 'SELECT purge() > 0'; "
        "CREATE OPERATOR === (FUNCTION = eq, LEFTARG = int, RIGHTARG = int); SELECT 1 === 2",
        UNKNOWN,
    ),
    "a new function that looks like a column": Unseen(
        "CREATE FUNCTION attr(pair) RETURNS int LANGUAGE sql AS 'SELECT purge()'; SELECT p.attr FROM pair p", UNKNOWN
    ),
    "a function behind a default that is made anew": Unseen(
        "CREATE OR REPLACE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'DELETE FROM other; SELECT 1'; "
        "INSERT INTO doubled (id) VALUES (1)",
        UNKNOWN,
    ),
    "a function under another name": Unseen("ALTER FUNCTION purge() RENAME TO keep; SELECT keep()", UNKNOWN),
    "EXPLAIN that inserts": Unseen("EXPLAIN ANALYZE INSERT INTO defaulted (id) VALUES (1)", UNKNOWN),
    "EXPLAIN that reads a view": Unseen("EXPLAIN (ANALYZE) SELECT * FROM v", UNKNOWN),
    "COPY of a view": Unseen("COPY (SELECT a FROM v) TO STDOUT", UNKNOWN, is_run=False),
    "the bounds of a partition": Unseen("CREATE TABLE mail_3 PARTITION OF mail FOR VALUES IN (purge())", UNKNOWN, is_run=False),
    "a condition of COPY": Unseen("COPY plain FROM STDIN WHERE purge() > 0", UNKNOWN, is_run=False),
    "a copy of a view": Unseen("CREATE TABLE t AS SELECT a FROM v", UNKNOWN),
    "a policy": Unseen("INSERT INTO secured VALUES (1)", UNKNOWN),
    "a schema with what is in it": Unseen(
        "CREATE SCHEMA fresh CREATE VIEW w AS SELECT purge(); SELECT * FROM fresh.w", UNKNOWN
    ),
    "a function that an extension brings": Unseen(
        "CREATE EXTENSION dblink; SELECT dblink_exec('dbname=here', 'DELETE FROM other')", UNKNOWN, is_run=False
    ),
}
