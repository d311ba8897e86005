"""What a statement string does, whatever comments, space and case it is written with."""

from __future__ import annotations

import random
from typing import Any

import pytest

from dbmigration.sql import script as sql
from dbmigration.sql.savepoint import Savepoint, Way
from dbmigration.sql.script import Turn
from tests.sql_text import between, phrase, string

ROUNDS = 60
COMMIT, ROLLBACK, BEGIN = Turn.COMMIT, Turn.ROLLBACK, Turn.BEGIN
BACK, RELEASE = Savepoint(Way.BACK, "s"), Savepoint(Way.RELEASE, "s")
CONCURRENT = [
    *("CREATE INDEX CONCURRENTLY", "CREATE UNIQUE INDEX CONCURRENTLY i ON t", "DROP INDEX CONCURRENTLY IF EXISTS i"),
    *("REINDEX INDEX CONCURRENTLY i", "REINDEX ( VERBOSE , TABLESPACE x ) TABLE CONCURRENTLY t"),
    *("REINDEX ( CONCURRENTLY ) TABLE t", "REINDEX ( CONCURRENTLY TRUE , VERBOSE ) DATABASE d"),
    *(
        "ALTER TABLE p DETACH PARTITION q CONCURRENTLY",
        'ALTER TABLE IF EXISTS ONLY s . "p" * DETACH PARTITION s . q CONCURRENTLY',
    ),
]
NOT_CONCURRENT = [
    *(
        "CREATE INDEX i ON t",
        'CREATE INDEX "concurrently" ON t',
        "DROP INDEX i",
        "REINDEX TABLE t",
        "REINDEX TABLE concurrently_t",
    ),
    *("REINDEX ( CONCURRENTLY FALSE ) TABLE t", "REINDEX ( CONCURRENTLY , CONCURRENTLY OFF ) TABLE t"),
    *(
        "ALTER TABLE p DETACH PARTITION q",
        "ALTER TABLE p ADD COLUMN concurrently int",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
    ),
    *("CREATE TABLE concurrently ( v int )", "ALTER TABLE p DETACH PARTITION q FINALIZE"),
]
OPTIONS = {
    **dict.fromkeys(("", "true", "ON", '"on"', "'on'", "E'on'", "$$on$$", "1", '"true"', "U&'on'"), True),
    **dict.fromkeys(("false", "OFF", '"off"', "'off'", "E'off'", "$$off$$", "$x$off$x$", "0", "U&'off'", 'U&"off"'), False),
    # The server knows what these mean.
    **dict.fromkeys((r"E'\157ff'", "U&'\\006fff'", "'o'\n'ff'", '"OFF"'), False),
}
# By what they begin with, and what they do.
ACTS: list[tuple[str, list[Any]]] = [
    *(("COMMIT", [COMMIT]), ("END", [COMMIT]), ("COMMIT WORK AND NO CHAIN", [COMMIT]), ("END TRANSACTION", [COMMIT])),
    *(("COMMIT AND CHAIN", [COMMIT, BEGIN]), ("ROLLBACK TRANSACTION AND CHAIN", [ROLLBACK, BEGIN])),
    *(("ROLLBACK", [ROLLBACK]), ("ABORT", [ROLLBACK]), ("BEGIN ISOLATION LEVEL SERIALIZABLE", [BEGIN])),
    *(("START TRANSACTION", [BEGIN]), ("ROLLBACK TO SAVEPOINT s", [BACK]), ("ROLLBACK WORK TO s", [BACK])),
    *(("ROLLBACK TRANSACTION TO SAVEPOINT s", [BACK]), ("SAVEPOINT s", [Savepoint(Way.SET, "s")])),
    *(("RELEASE s", [RELEASE]), ("RELEASE SAVEPOINT s", [RELEASE]), ("SET x TO y", []), ("RESET x", [])),
    *(("SHOW x", []), ("LOCK TABLE t", []), ("DISCARD PLANS", [])),
]
FORGETTING = ["RESET ALL", "DISCARD ALL", "DEALLOCATE ALL", "DEALLOCATE PREPARE ALL", "SELECT pg_advisory_unlock_all ( )"]
FORGETTING_IN_CODE = ["DO $$ BEGIN RESET ALL; END $$", "DO 'BEGIN EXECUTE ''DEALLOCATE  all''; END'"]


def _written(chosen: random.Random, plain: str) -> str:
    return chosen.choice(("", ";", " ; ")) + phrase(chosen, plain) + chosen.choice(("", ";", ";;")) + between(chosen)


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("name", ["CONCURRENTLY", '"concurrently"'])
def test_an_option_of_reindex_may_be_written_in_any_form(option: str, name: str) -> None:
    for before in ("", "VERBOSE, ", "CONCURRENTLY, ", "CONCURRENTLY off, "):
        assert sql.read(f"REINDEX ({before}{name} {option}) TABLE t").concurrent is OPTIONS[option]
    assert sql.read('REINDEX (CONCURRENTLY, U&"concurrently" off) TABLE t').concurrent is False


@pytest.mark.parametrize("plain", CONCURRENT)
def test_a_concurrent_statement_is_one_however_it_is_written(plain: str) -> None:
    chosen = random.Random(plain)
    for _ in range(ROUNDS):
        text = _written(chosen, plain)
        assert sql.read(text).concurrent, text
        # The server refuses it together with another one.
        assert not sql.read(f"{text};{between(chosen)}SELECT 1").concurrent, text
        assert not sql.read(f"SELECT 1;{text}").concurrent, text


@pytest.mark.parametrize("plain", NOT_CONCURRENT)
def test_the_word_in_a_comment_a_string_or_a_name_makes_no_statement_concurrent(plain: str) -> None:
    chosen = random.Random(plain)
    for _ in range(ROUNDS):
        text = _written(chosen, plain)
        assert not sql.read(text).concurrent, text
        assert not sql.read(f"{phrase(chosen, plain)} WHERE v = {string(chosen)[0]}").concurrent


@pytest.mark.parametrize(("plain", "acts"), ACTS)
def test_what_a_statement_does_to_the_transaction_is_read_wherever_it_stands(plain: str, acts: list[Any]) -> None:
    chosen = random.Random(plain)
    for _ in range(ROUNDS):
        text = _written(chosen, plain)
        assert list(sql.read(text).acts) == acts, text
        insert = f"INSERT{between(chosen, at_least=True)}INTO t VALUES ({string(chosen)[0]}, 7)"
        both = sql.read(f"{insert};{text};{insert}")
        assert list(both.acts) == ["INSERT INTO t VALUES", *acts, "INSERT INTO t VALUES"], text
        assert both.midway == (2 if acts == [COMMIT] else 0)
        assert list(sql.read(f"SELECT $${plain}$$ /* ;{plain}; */ -- ;{plain};\n").acts) == ["SELECT"]


def test_a_savepoint_has_the_name_that_the_server_knows() -> None:
    assert sql.read('SAVEPOINT "A"" b"; ROLLBACK TO Savepoint').acts == (
        Savepoint(Way.SET, 'A" b'),
        Savepoint(Way.BACK, "savepoint"),
    )


@pytest.mark.parametrize("plain", FORGETTING)
def test_what_takes_settings_or_the_lock_away_is_seen(plain: str) -> None:
    chosen = random.Random(plain)
    for _ in range(ROUNDS):
        text = f"SELECT {string(chosen)[0]};{_written(chosen, plain)}"
        assert (sql.read(text).forgets, sql.read(text).limits) == (True, True), text
    hidden = f"SELECT 1 /* {plain} */ -- {plain}\n"
    assert not sql.read(hidden).forgets


@pytest.mark.parametrize("text", FORGETTING_IN_CODE)
def test_so_it_is_in_an_anonymous_block(text: str) -> None:
    assert sql.read(text).forgets
    assert not sql.read("DO $$ BEGIN /* RESET ALL */ UPDATE t SET reset = 1; END $$").forgets


@pytest.mark.parametrize(
    "text",
    [
        *(
            "SET lock_timeout = 0",
            'set "lock_timeout" to 0',
            "SELECT set_config('LOCK' || '_timeout', '0', true)",
            "ROLLBACK TO s",
        ),
        *('SET U&"lock\\005ftimeout" = 0', "DO $$ BEGIN SET LOCAL Lock_Timeout = 0; END $$", "SELECT 1; ROLLBACK"),
    ],
)
def test_what_may_change_the_limit_is_seen(text: str) -> None:
    assert sql.read(text).limits
    assert not sql.read("SELECT 1").limits


@pytest.mark.parametrize(
    ("text", "has_effect"),
    [
        ("SELECT relname FROM pg_catalog.pg_class", False),
        ("select * from INFORMATION_SCHEMA.tables; SET a = b", True),
        ("SELECT f('pg_catalog') /* pg_catalog */", True),
        ("SELECT * INTO t FROM pg_catalog.pg_class", True),
        ("SET a = b; /* c */ ; CREATE TABLE t ()", True),
        ("SET a = b;; SHOW a", False),
        ("", False),
        ("EXPLAIN ANALYZE DELETE FROM t", True),
        ("/* DELETE */ (SELECT 1)", True),
    ],
)
def test_what_has_an_effect_is_told_from_what_only_asks(text: str, has_effect: bool) -> None:
    # Of the catalogs' names the lower case is the usual one; in doubt there is an effect.
    assert bool(sql.read(text).effects) is has_effect


@pytest.mark.parametrize(
    "text", ["SELECT 'a", "CREATE INDEX CONCURRENTLY i ON t /* (v)", "COMMIT; $$", '"', "/*", "E'\\'", "SET a = b;'"]
)
def test_what_cannot_be_read_counts_as_what_is_safe(text: str) -> None:
    script = sql.read(text)
    assert (script.concurrent, script.limits, script.forgets, script.commits) == (False, True, True, True)
    assert script.effects
    assert sql.head(text)


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("INSERT INTO t VALUES ('secret')", "INSERT INTO t VALUES"),
        ("UPDATE t\n  SET a = $$secret$$", "UPDATE t SET a"),
        ("UPDATE t SET a = 12345 WHERE b", "UPDATE t SET a"),
        ("-- of Jane Doe\nDELETE /* 12345 */ FROM s.t WHERE id = E'secret'", "DELETE FROM s.t WHERE id"),
        ("ALTER ROLE r PASSWORD U&'secret'", "ALTER ROLE r PASSWORD"),
        ("SELECT x'secret'", "SELECT"),
        ("SELECT 'secret", "SELECT"),
        ("UPDATE t SET a = %(a)s", "UPDATE t SET a"),
        ("'secret'", "a statement"),
        ("", "a statement"),
        ("CREATE TABLE " + "x" * 500, "CREATE TABLE " + "x" * 67),
    ],
)
def test_what_is_told_of_a_statement_holds_no_value(text: str, head: str) -> None:
    assert sql.head(text) == head


def test_no_value_is_told_wherever_it_stands() -> None:
    chosen = random.Random(4)
    for _ in range(ROUNDS * 5):
        written = chosen.choice(
            ("'{}'", "E'{}'", "$${}$$", "$a${}$a$", "U&'{}'", "/* {} */", "-- {}\n", "B'{}'", "'{}")
        ).format("7secret")
        text = phrase(chosen, "UPDATE t SET a =") + between(chosen) + written + between(chosen) + ", b = 1"
        assert "secret" not in sql.head(text), text
        assert "secret" not in "".join(sql.read(text).effects), text
