"""A type that is said to keep every value does: each pair of types is tried on a real server."""

from __future__ import annotations

from itertools import product

import pytest

from dbmigration.sql.column_type import is_looked_up, keeps_values
from tests.server import Database

TYPES = {
    **dict.fromkeys(("smallint", "int2", "integer", "int", "bigint"), ("0", "-1", "32767")),
    **dict.fromkeys(("numeric", "decimal(10,4)", "numeric(10)", "numeric(9,2)", "dec(12,2)"), ("0", "-1.5", "99999.25")),
    **dict.fromkeys(("numeric(3)", "numeric(5,2)", "numeric(2,1)"), ("0", "9.4", "-0.06")),
    **dict.fromkeys(("real", "float(24)", "double precision", "float", "float(25)", "float8"), ("0.1", "1e30", "123456789")),
    **dict.fromkeys(
        ("bpchar", "char", "character", "char(5)", "character(2)", "bpchar(5)", "nchar", "nchar(5)", "national character(5)"),
        ("a", "ab ", "hello"),
    ),
    **dict.fromkeys(
        ("varchar", "varchar(2)", "character varying(5)", "nchar varying(5)", "text", "name", '"char"'), ("a ", "hello", "")
    ),
    **dict.fromkeys(("bit", "bit(1)", "bit(3)"), ("1", "101")),
    **dict.fromkeys(("varbit", "varbit(2)", "bit varying(3)"), ("1", "101")),
    **dict.fromkeys(("time", "time(0)", "time(3)", "time(6)", "timetz", "timetz(0)"), ("10:00:00.123456", "23:59:59.9")),
    **dict.fromkeys(
        ("timestamp", "timestamp(0)", "timestamp(3) without time zone", "timestamptz", "timestamp(3) with time zone", "date"),
        ("2026-01-01 00:00:00.123456", "infinity"),
    ),
    **dict.fromkeys(
        ("interval", "interval(0)", "interval(6)", "interval second(0)", "interval day", "interval day to second(3)"),
        ("1 day 02:03:04.123456", "1 year 2 mons"),
    ),
    **dict.fromkeys(("cidr", "inet"), ("10.0.0.0/8", "::1")),
    **dict.fromkeys(("boolean", "bool", "json", "jsonb"), ("true", '{"a":1,  "a":2}')),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
    **dict.fromkeys(("integer[]", "bigint[]", "char(2)[]", "varchar(5)[]", "numeric(5,1)[]"), ("{1,2}", "{10.25}")),
}
_SPELLED = """
SELECT pg_catalog.format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = 'tried'::regclass AND attnum > 0 ORDER BY attnum
"""
_CHANGED = """
CREATE TEMP TABLE tried (kept {before}, given {before});
DO $$ DECLARE one text; BEGIN
    FOREACH one IN ARRAY ARRAY[{values}]::text[] LOOP
        BEGIN INSERT INTO tried SELECT one::{before}, one::{before}; EXCEPTION WHEN data_exception THEN NULL;
        WHEN invalid_text_representation THEN NULL; END;
    END LOOP;
END $$;
ALTER TABLE tried ALTER given TYPE {after} USING given::{after};
"""
_LOST = """
SELECT kept::text, given::text FROM tried
WHERE octet_length(given::{before}::text) <> octet_length(kept::text) OR given::{before}::text <> kept::text
"""


def test_what_is_said_to_keep_each_value_does(database: Database) -> None:
    with database.connect() as connection:
        columns = ", ".join(f"c{place} {one}" for place, one in enumerate(TYPES))
        connection.execute(f"CREATE TEMP TABLE tried ({columns})")
        spelled = [row[0] for row in connection.execute(_SPELLED).fetchall()]
        pairs = [pair for pair in product(zip(TYPES, spelled), TYPES) if keeps_values(pair[0][1], pair[1])]
        assert len(pairs) > 2 * len(TYPES)
        for (before, _), after in pairs:
            connection.execute("DROP TABLE tried")
            values = ", ".join(f"'{value}'" for value in {*TYPES[before], *TYPES[after]})
            connection.execute(_CHANGED.format(before=before, after=after, values=values))
            assert connection.execute("SELECT count(*) > 0 FROM tried").fetchone() == (True,), (before, after)
            assert connection.execute(_LOST.format(before=before)).fetchall() == [], (before, after)


@pytest.mark.parametrize("name", ["varchar(5)", "INT", "timestamp (3) with time zone", "national char"])
def test_a_type_of_the_grammar_is_the_same_everywhere(name: str) -> None:
    assert not is_looked_up(name)


@pytest.mark.parametrize("name", ["text", "price", '"integer"', "public.integer", "bpchar", "timestamptz"])
def test_any_other_one_is_looked_up(name: str) -> None:
    assert is_looked_up(name)
