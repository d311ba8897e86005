"""Those of a migration that ask although nothing is lost: what they do is not evaluated, or nobody can tell it beforehand."""

from __future__ import annotations

from tests.operations_unseen import UNKNOWN, Unseen

ALARMS = {
    "a default that is never used": Unseen("ALTER TABLE plain ALTER c SET DEFAULT purge()", UNKNOWN),
    "a function of the plan in an index": Unseen(
        "CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'; CREATE INDEX ON plain (f(c))", UNKNOWN
    ),
    "a function of an extension that nobody knows": Unseen("CREATE EXTENSION tablefunc; SELECT normal_rand(1, 5, 3)", UNKNOWN),
    "a table like one whose default is a function": Unseen("CREATE TABLE lg (LIKE defaulted)", UNKNOWN),
    "a domain under another name": Unseen(
        "ALTER DOMAIN price RENAME TO cost; ALTER TABLE users ALTER cost TYPE cost",
        ["what column users.cost holds, by another type (3 values)"],
    ),
    "a type behind another search path": Unseen(
        "SET LOCAL search_path = public; ALTER TABLE public.users ALTER name TYPE text",
        ["what column users.name holds, by another type (3 values)"],
    ),
    "a key that reaches another table": Unseen(
        "ALTER TABLE other ADD FOREIGN KEY (id) REFERENCES key_of ON DELETE CASCADE NOT VALID; DELETE FROM letters", UNKNOWN
    ),
    "rows to which none refers": Unseen(
        "DELETE FROM orders WHERE id = 7", ["rows of table orders (2 rows)", "what rows of table items hold (1 row)"]
    ),
    "what is written behind a partition with triggers": Unseen(
        "CREATE TABLE mail_2 PARTITION OF mail DEFAULT; INSERT INTO plain VALUES (2)", UNKNOWN
    ),
    "a schema that comes onto the search path": Unseen(
        "CREATE SCHEMA AUTHORIZATION CURRENT_USER; DROP TABLE IF EXISTS nothing_here", UNKNOWN
    ),
    "a schema with what is in it": Unseen("CREATE SCHEMA fresh CREATE TABLE w (a int)", UNKNOWN),
    "a setting that is computed": Unseen("SELECT set_config('lock' || '_timeout', '1s', true)", UNKNOWN),
}
