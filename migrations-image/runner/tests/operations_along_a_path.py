"""Those of a migration whose names are looked up in two schemas, one behind the other."""

from __future__ import annotations

from tests.operations_unseen import UNKNOWN, Unseen

# With the schemas `app` and `public` on the search path.
FILLED = """
CREATE SCHEMA app;
CREATE TABLE public.pub (id int, note text);
INSERT INTO pub VALUES (1, 'x');
CREATE SEQUENCE public.pub_numbers;
SELECT nextval('pub_numbers');
CREATE VIEW public.pub_shape AS SELECT 1 AS q;
CREATE VIEW public.twin_shape AS SELECT 1 AS q;
CREATE VIEW app.twin_shape AS SELECT 1 AS q;
CREATE SEQUENCE public.twin_numbers;
SELECT nextval('public.twin_numbers');
CREATE SEQUENCE app.twin_numbers;
CREATE TABLE public.pub_shaped (s public.pub_shape, t public.twin_shape);
INSERT INTO public.pub_shaped VALUES (ROW(1), ROW(1));
CREATE TABLE app.twin (id int);
CREATE TABLE public.twin (id int);
INSERT INTO public.twin VALUES (1);
"""

DELETING = {
    "a table under another name": Unseen(
        "ALTER TABLE pub RENAME TO old; DROP TABLE IF EXISTS old", ["table public.pub (1 row)"]
    ),
    "and its schema": Unseen("ALTER TABLE public.pub RENAME TO old; DROP TABLE IF EXISTS old", ["table public.pub (1 row)"]),
    "a table in the place of one that was made": Unseen(
        "CREATE TABLE fresh (id int); DROP TABLE IF EXISTS fresh; ALTER TABLE pub RENAME TO fresh; DROP TABLE IF EXISTS fresh",
        ["table public.pub (1 row)"],
    ),
    "a sequence under another name": Unseen(
        "ALTER SEQUENCE pub_numbers RENAME TO s; DROP SEQUENCE IF EXISTS s", ["sequence public.pub_numbers (its position)"]
    ),
    "a view under another name": Unseen(
        "ALTER VIEW pub_shape RENAME TO w; DROP VIEW IF EXISTS w CASCADE", ["column public.pub_shaped.s (1 value)"]
    ),
    "a sequence behind one that goes": Unseen(
        "CREATE SEQUENCE IF NOT EXISTS pub_numbers; DROP SEQUENCE twin_numbers; DROP SEQUENCE twin_numbers",
        ["sequence public.twin_numbers (its position)"],
    ),
    "a view behind one that goes": Unseen(
        "DROP VIEW twin_shape; DROP VIEW twin_shape CASCADE", ["column public.pub_shaped.t (1 value)"]
    ),
    "a table behind one that goes": Unseen("DROP TABLE twin; DROP TABLE twin", ["table public.twin (1 row)"]),
    "a table behind a schema that goes": Unseen("DROP SCHEMA app CASCADE; DROP TABLE IF EXISTS twin", UNKNOWN),
    "a column behind another name": Unseen(
        "ALTER TABLE pub RENAME TO old; ALTER TABLE IF EXISTS old DROP COLUMN note", ["column public.pub.note (1 value)"]
    ),
}
