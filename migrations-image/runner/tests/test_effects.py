"""What SQL does to data is read from its tokens, whatever stands in its strings and comments."""

from __future__ import annotations

import pytest

from dbmigration.sql import effect as made
from dbmigration.sql.column_type import keeps_values
from dbmigration.sql.effects import read
from dbmigration.sql.lexer import Kind, tokens
from dbmigration.sql.names import Name

T = Name(None, "t")
KINDS = {
    # What deletes.
    'DROP TABLE IF EXISTS a."B", t CASCADE': [
        made.DropTable(Name("a", "B"), True, True),
        made.DropTable(T, True, True),
    ],
    "drop /* table x; */ table -- y\n t": [made.DropTable(T)],
    "DROP TABLE db.a.t": [made.DropTable(Name("a", "t"))],
    'DROP TABLE "50%"."a%%s"': [made.DropTable(Name("50%", "a%%s"))],
    "ALTER TABLE IF EXISTS ONLY t DROP COLUMN IF EXISTS c CASCADE, DROP column": [
        made.DropColumn(T, "c", True, True),
        made.DropColumn(T, "column"),
    ],
    "ALTER TABLE t ALTER a TYPE int, ALTER COLUMN b SET DATA TYPE text USING b::text, ALTER c TYPE int USING f(c)": [
        made.ChangeType(T, "a", "int"),
        made.ChangeType(T, "b", "text"),
        made.Call("f"),
        made.ChangeType(T, "c", None),
    ],
    'ALTER TABLE t ALTER a TYPE text COLLATE "C"': [made.ChangeType(T, "a", None)],
    "TRUNCATE t, ONLY a.b RESTART IDENTITY": [
        made.Truncate(T, restarts=True),
        made.Truncate(Name("a", "b"), restarts=True),
    ],
    "ALTER SEQUENCE IF EXISTS a.s INCREMENT 2 RESTART WITH 5": [made.MoveSequence(Name("a", "s"))],
    "ALTER TABLE t ALTER c RESTART, ALTER COLUMN d DROP IDENTITY IF EXISTS, ALTER e SET GENERATED ALWAYS SET START 5 RESTART": [
        made.MoveNumbers(T, "c"),
        made.MoveNumbers(T, "d"),
        made.MoveNumbers(T, "e"),
    ],
    "SELECT setval('S', 5), pg_catalog.setval('a.\"S\"'::regclass, 1, false)": [
        made.MoveSequence(Name(None, "s")),
        made.MoveSequence(Name("a", "S")),
        made.Call("setval"),
    ],
    "SELECT setval(pg_get_serial_sequence('\"T\"', 'C'), max(c)) FROM t": [
        made.MoveNumbers(Name(None, "T"), "C"),
        made.Call("setval"),
        made.Call("pg_get_serial_sequence"),
        made.Call("max"),
    ],
    "DELETE FROM ONLY t * USING x": [made.Delete(T)],
    "UPDATE t SET a = f(1, 2), (b, c) = (SELECT 1, 2) WHERE d = 3": [
        made.Update(T, ("a", "b", "c")),
        made.Call("f"),
    ],
    "INSERT INTO t (a) VALUES ('x, y') ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE true RETURNING c": [
        made.Insert(T),
        made.Update(T, ("b",)),
        # The database has no function of that name.
        made.Call("conflict"),
    ],
    "WITH RECURSIVE a AS (SELECT 1), b AS (UPDATE t SET c = 1 RETURNING 1) DELETE FROM x": [
        made.Update(T, ("c",)),
        made.Delete(Name(None, "x")),
    ],
    "DROP SCHEMA IF EXISTS s CASCADE": [
        made.DropCascade("schema", Name(None, "s"), True),
        made.MoveSchema("s"),
    ],
    "DROP EXTENSION hstore": [made.DropCascade("extension", Name(None, "hstore"))],
    "DROP TYPE a, b.c CASCADE": [
        made.DropCascade("type", Name(None, "a")),
        made.DropCascade("type", Name("b", "c")),
    ],
    "DROP VIEW IF EXISTS a, s.b CASCADE; DROP MATERIALIZED VIEW c": [
        made.DropView(Name(None, "a"), True, True),
        made.DropView(Name("s", "b"), True, True),
        made.DropView(Name(None, "c")),
    ],
    "ALTER TABLE t NO INHERIT p, DETACH PARTITION c": [made.DetachTable()] * 2,
    "COPY (DELETE FROM t RETURNING *) TO stdout": [made.Delete(T)],
    "COPY t (a, b) FROM stdin": [made.Insert(T)],
    # What moves names about.
    "CREATE TEMP TABLE IF NOT EXISTS t AS SELECT f(x) FROM y": [made.CreateTable(T, True, True), made.Call("f")],
    "SELECT 1 INTO TEMPORARY TABLE t FROM x": [made.CreateTable(T, False, True)],
    "ALTER TABLE a.t RENAME TO u": [made.RenameTable(Name("a", "t"), Name("a", "u"))],
    "ALTER TABLE t RENAME a TO b": [made.RenameColumn(T, "a", "b")],
    "ALTER TABLE t SET SCHEMA s": [made.RenameTable(T, Name("s", "t"))],
    "ALTER TABLE t ATTACH PARTITION c FOR VALUES IN (1)": [made.AttachTable(T, Name(None, "c"))],
    "ALTER TABLE t INHERIT p": [made.AttachTable(Name(None, "p"), T)],
    "SET LOCAL search_path TO x": [made.MoveNames()],
    "SELECT pg_catalog.set_config('search_path', '', false)": [made.MoveNames()],
    'SET "search_path" = x': [made.MoveNames()],
    "ALTER SEQUENCE IF EXISTS t RENAME TO u": [made.RenameTable(T, Name(None, "u"))],
    "ALTER MATERIALIZED VIEW t SET SCHEMA s": [made.RenameTable(T, Name("s", "t"))],
    "ALTER TYPE a RENAME TO b; ALTER FUNCTION f(int) SET SCHEMA s; ALTER EXTENSION e SET SCHEMA s": [
        made.RenameOther("b"),
        made.RenameOther("f"),
        made.RenameOther(),
    ],
    "ALTER TYPE a RENAME TO value; ALTER FUNCTION s.f(a text) RENAME TO g": [made.RenameOther("value"), made.RenameOther("g")],
    "CREATE TYPE s.a AS ENUM ('DROP TABLE t'); CREATE DOMAIN d AS int CHECK (f(VALUE))": [
        made.MakeType("a"),
        # The database has no function of that name.
        made.Call("enum"),
        made.MakeType("d"),
        made.Call("f"),
    ],
    "CREATE EXTENSION IF NOT EXISTS e SCHEMA s CASCADE": [made.MakeExtension("e", True)],
    "CREATE SCHEMA IF NOT EXISTS a; CREATE SCHEMA AUTHORIZATION b; DROP SCHEMA c, d": [
        made.MoveSchema("a", True),
        made.MoveSchema("b", True),
        made.MoveSchema("c"),
        made.MoveSchema("d"),
    ],
    "ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES u (id) ON UPDATE SET NULL ON DELETE CASCADE": [
        made.ReferTo(T, True, True),
        made.Call("key"),
    ],
    "MERGE INTO t USING u ON a = b WHEN MATCHED THEN UPDATE SET c = 1 WHEN NOT MATCHED THEN INSERT VALUES (f(1))": [
        made.Merge(T, ("insert", "update")),
        made.Call("f"),
    ],
    "MERGE INTO t USING u ON a = b WHEN MATCHED AND c THEN DELETE WHEN NOT MATCHED THEN DO NOTHING": [
        made.Merge(T, ("delete",)),
    ],
    # What calls functions now or later.
    "CREATE TABLE t (a varchar(5) DEFAULT f(), PRIMARY KEY (a))": [made.CreateTable(T), made.Call("f"), made.Call("key")],
    "ALTER TABLE t ALTER a SET DEFAULT f(); ALTER DOMAIN d SET DEFAULT g(); ALTER POLICY p ON t USING (h())": [
        made.Call("f"),
        made.Call("g"),
        made.Call("h"),
    ],
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t USING gin (lower(a))": [made.Call("lower")],
    "CREATE POLICY p ON t USING (f(a))": [made.Call("f")],
    "CREATE OPERATOR === (FUNCTION = eq, LEFTARG = int)": [made.Call("eq"), made.Call("int")],
    "CREATE RULE r AS ON SELECT TO t DO INSTEAD SELECT f()": [made.CreateTrigger(), made.Call("f")],
    "ALTER TABLE t ADD CONSTRAINT c CHECK (join(a))": [made.Call("join")],
    "ALTER TABLE t ADD c int REFERENCES u (id), ADD FOREIGN KEY (c) REFERENCES u (id)": [
        made.ReferTo(T),
        made.AddColumn(T, "c"),
        made.ReferTo(T),
        made.Call("key"),
    ],
    "SELECT s.extract(1), s.t(2), extract(year FROM x)": [made.Call("extract"), made.Call("t")],
    "RESET ALL; DISCARD ALL; SET ROLE x": [made.MoveNames()] * 3,
    "CREATE VIEW v AS SELECT purge(); CREATE RECURSIVE VIEW v (a) AS SELECT f()": [made.Call("purge"), made.Call("f")],
    "CREATE CONSTRAINT TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f()": [made.CreateTrigger()],
}
HARMLESS = [
    "",
    "-- DROP TABLE t",
    "/* DELETE /* FROM */ t */",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
    "CREATE OR REPLACE VIEW v AS SELECT a FROM t",
    "ALTER TYPE x ADD VALUE 'y' BEFORE 'z'",
    "ALTER SEQUENCE s START 5 OWNED BY NONE; ALTER INDEX i SET (fillfactor = 50); ALTER VIEW v OWNER TO x",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
    "ALTER TABLE t VALIDATE CONSTRAINT c, DROP CONSTRAINT IF EXISTS d, OWNER TO x, SET (fillfactor = 70)",
    "ALTER TABLE t ALTER c SET NOT NULL, ALTER COLUMN d DROP DEFAULT, ALTER e SET STATISTICS 5",
    "COMMENT ON TABLE t IS 'it''s; DELETE FROM t'",
    "GRANT DELETE ON t TO x; REVOKE TRUNCATE ON t FROM x; SET statement_timeout = 0; LOCK TABLE t",
    "DROP INDEX CONCURRENTLY i; DROP FUNCTION f(int); DROP TRIGGER x ON t",
    "SELECT a FROM t WHERE b = $$ DELETE FROM t $$ FOR NO KEY UPDATE",
    "EXPLAIN DELETE FROM t",
    "BEGIN; SAVEPOINT s; RELEASE s; COMMIT; VACUUM t",
]
UNKNOWN = [
    "SELECT set_config('standard_conforming_strings', 'off', true)",
    'SET "Backslash_Quote" = on',
    "RESET standard_conforming_strings",
    "SELECT set_config('a' || 'b', 'off', true)",
    "CREATE SCHEMA s CREATE VIEW v AS SELECT 1",
    "DO $$ BEGIN END $$",
    "CALL p()",
    "COMMIT PREPARED 'x'",
    "ROLLBACK TO SAVEPOINT s",
    "ROLLBACK",
    "ABORT",
    "ALTER TABLE t DROP CONSTRAINT c CASCADE",
    "EXECUTE prepared",
    "DROP OWNED BY x",
    "DROP DATABASE x",
    "DROP SERVER s CASCADE",
    "ALTER TYPE pair DROP ATTRIBUTE a",
    "ALTER TABLE t FROBNICATE",
    "ALTER EXTENSION e UPDATE",
    "ALTER SCHEMA a RENAME TO b",
    "COPY t FROM PROGRAM 'x'",
    'DROP TABLE U&"\\0074"',
    "SET standard_conforming_strings = off",
    "DELETE FROM t WHERE a = 'no end",
    "IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z",
    "FETCH 1 FROM c",
    "LOAD 'library'",
    "SELECT setval(a::regclass, 5) FROM t",
    "SELECT setval('a' || 'b', 5)",
    "SELECT setval(E'a', 5)",
    "SELECT setval(pg_get_serial_sequence('t', c), 5) FROM t",
]


@pytest.mark.parametrize(("text", "expected"), KINDS.items(), ids=KINDS)
def test_effects_are_read(text: str, expected: list[made.Effect]) -> None:
    assert read(text) == expected
    assert read(f"SELECT 1; {text}") == expected


@pytest.mark.parametrize("text", [*KINDS, *HARMLESS, *UNKNOWN])
def test_comments_and_capitals_make_no_difference(text: str) -> None:
    found = list(tokens(text))
    pieces = [text[one.start : one.end] for one in found]
    assert read(" /* ; DROP TABLE x; */ -- DELETE FROM x\n".join(pieces)) == read(text)
    capitals = [piece.upper() if one.kind is Kind.NAME else piece for one, piece in zip(found, pieces)]
    told = [one for one in read(" ".join(capitals)) if not isinstance(one, made.Unknown)]
    assert told == [one for one in read(text) if not isinstance(one, made.Unknown)]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_leaves_data_alone_has_no_effect(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_nobody_knows_is_unknown(text: str) -> None:
    assert any(isinstance(one, made.Unknown) for one in read(text))


def test_a_statement_is_read_in_proportion_to_its_length_and_a_huge_one_is_unknown() -> None:
    row = "INSERT INTO t VALUES (1, 'x');\n"
    assert set(read(row * 20_000)) == {made.Insert(T)}
    assert read(f"INSERT INTO t VALUES {'(1),' * 300_000}(1)") == [
        made.Unknown("a statement of more than a million characters")
    ]


def test_what_is_unknown_is_told_without_the_values_in_it() -> None:
    assert read("frobnicate the 'secret'") == [made.Unknown("frobnicate the")]


@pytest.mark.parametrize(
    ("before", "after", "keeps"),
    [
        ("character varying(50)", "varchar(50)", True),
        ("character varying(50)", "varchar ( 60 )", True),
        ("character varying(50)", "varchar", True),
        ("character varying(50)", "text", True),
        ("text", "varchar", True),
        ("integer", "bigint", True),
        ("smallint", "int", True),
        ("integer", "numeric", True),
        ("numeric(8,2)", "decimal(10, 3)", True),
        ("numeric(8,2)", "numeric", True),
        ("timestamp(3) without time zone", "timestamp", True),
        ("real", "float8", True),
        ("character varying(50)", "varchar(49)", False),
        ("character varying", "varchar(50)", False),
        ("text", "varchar(50)", False),
        ("character(5)", "varchar(9)", False),
        ("bigint", "integer", False),
        ("integer", "numeric(5)", False),
        ("numeric(8,2)", "numeric(8, 3)", False),
        ("numeric(8,2)", "numeric(9, 1)", False),
        ("numeric", "numeric(30, 10)", False),
        ("timestamp without time zone", "timestamp(3)", False),
        ("timestamp without time zone", "timestamp with time zone", False),
        ("double precision", "real", False),
        ("double precision", "float(10)", False),
        ("mood", "newer", False),
        ("integer[]", "bigint[]", False),
        ("text", '"text"', False),
    ],
)
def test_a_type_that_keeps_every_value_is_known_by_name(before: str, after: str, keeps: bool) -> None:
    assert keeps_values(before, after) is keeps
