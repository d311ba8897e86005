"""Where tokens and statements end, by PostgreSQL's rules, in time that grows with the text and no faster."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from dbmigration.sql import lexer, splitter
from dbmigration.sql import script as sql
from dbmigration.sql.lexer import Kind, tokens
from dbmigration.sql.splitter import statements
from tests.server import Server
from tests.sql_text import between, tokens_of_a_query, word

ROUNDS = 400
# What is four times as long may take so many times as many steps; sixteen times would be the square.
GROWTH = 4.5


def _written(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokens(text)]


def test_a_name_has_letters_digits_and_everything_that_is_not_ascii() -> None:
    letters = {chr(code) for code in range(128) if chr(code).isalnum()} | {"_", *map(chr, range(128, sys.maxunicode + 1))}
    every = [*map(chr, range(sys.maxunicode + 1))]
    assert {sign for sign in every if lexer._NAME.fullmatch(sign)} == letters | {"$"}
    assert {sign for sign in every if lexer._TAG.fullmatch(sign)} == letters


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a/* b /* c */ ' */d", ["a", "d"]),
        ("a/*/ b */c", ["a", "c"]),
        ("a -- b\rc -- d", ["a", "c"]),
        ("a\u00a0b c", ["a\u00a0b", "c"]),
        ("a$b$ 'c;''d' \"e;\"\"f\"", ["a$b$", "'c;''d'", '"e;""f"']),
        (r"'\' E'\'' e'\\' 'x'", [r"'\'", r"E'\''", r"e'\\'", "'x'"]),
        ("E'a'\n '\\'b' 'c'", ["E'a'\n '\\'b'", "'c'"]),
        ("'a' -- ' ;\n 'b' 'c'", ["'a' -- ' ;\n 'b'", "'c'"]),
        ("'a' /* \n */ 'b'", ["'a'", "'b'"]),
        ("$$a$b$$ $t$ $$ $T$ $t$ $1 $", ["$$a$b$$", "$t$ $$ $T$ $t$", "$1", "$"]),
        ("$ä$;$ä$", ["$ä$;$ä$"]),
        ("U&'\\0061' u&\"a\" N'b' b'01' X'1F'", ["U&'\\0061'", 'u&"a"', "N", "'b'", "b'01'", "X'1F'"]),
        ("1e'\\''", ["1", "e'\\''"]),
        ("1 1.5 .5 1. 1e-5 1_000 0x1F 1..2 $1", ["1", "1.5", ".5", "1.", "1e-5", "1_000", "0x1F", "1", "..", "2", "$1"]),
        ("a::b c:=d e=>f", ["a", "::", "b", "c", ":=", "d", "e", "=>", "f"]),
        ("=- =-@ <+-- a\n@- ->>", ["=", "-", "=-@", "<", "+", "@-", "->>"]),
        ("+/* a */* 1", ["+", "*", "1"]),
    ],
)
def test_a_token_ends_where_the_server_ends_it(text: str, written: list[str]) -> None:
    assert _written(text) == written


@pytest.mark.parametrize("open_end", ["/* a", "/* /* */", "'a''", "E'a\\'", '"a', "$a$ $b$", "U&'", "'a'\n'"])
def test_what_has_no_end_is_the_last_token_and_raises_nothing(open_end: str) -> None:
    found = list(tokens("SELECT 1; " + open_end))
    assert [token.kind for token in found][-1] is Kind.BROKEN
    assert [statement.is_broken for statement in statements("SELECT 1; SELECT " + open_end)] == [False, True]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (" ; ;; -- a;\n /* ; */", 0),
        ("SELECT ';', $$;$$, \";\", E'\\';' /* ; */ -- ;\n; SELECT 2", 2),
        (
            "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT t.end; END; TABLE t",
            2,
        ),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 case; SELECT 2 case, 3 FROM t; END; TABLE t", 2),
        ("CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); END", 1),
        ("CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b); SELECT 1", 2),
        ("CREATE TABLE atomic (v int); BEGIN; SELECT 1; END", 4),
        ("a$b$; c$b$", 2),
        ("SELECT 1e'\\';'; 2", 2),
    ],
)
def test_a_statement_ends_at_a_semicolon_that_is_its_own(text: str, count: int) -> None:
    assert len(list(statements(text))) == count


@pytest.mark.parametrize("seed", range(20))
def test_passing_over_a_statement_ends_where_its_tokens_do(seed: int) -> None:
    chosen = random.Random(seed)
    pieces = [
        "'",
        '"',
        "$$",
        "$a$",
        "a",
        "e",
        "E'",
        "1",
        "$1",
        ";",
        "--",
        "\n",
        "/*",
        "*/",
        "/",
        "-",
        "\\",
        " ",
        "''",
        "é",
        "U&'",
        ".",
    ]
    for _ in range(ROUNDS):
        text = "x " * 14 + "".join(chosen.choice(pieces) for _ in range(chosen.randint(0, 25)))
        statement = next(statements(text))
        found = list(statement.tokens())
        broken = found[-1].kind is Kind.BROKEN
        assert statement.is_broken == broken, text
        # Between its last token and its end are space and comments.
        end = statement.end if broken else lexer.after_space(text, found[-1].end)[0]
        assert statement.end == end, text


def test_the_server_agrees_where_each_token_ends(server: Server) -> None:
    """It names the columns by what it has read."""
    import psycopg

    chosen = random.Random(1)
    with psycopg.connect(server.url, autocommit=True) as connection:
        for _ in range(ROUNDS):
            query, values = tokens_of_a_query(chosen)
            assert [token.kind for token in tokens(query)].count(Kind.BROKEN) == 0
            row = connection.execute(query.encode()).fetchone()
            assert row is not None
            assert list(row) == values, query
            written = [text for text in _written(query) if text not in (",", "SELECT")]
            assert len(written) == len(values), query


def test_the_server_agrees_how_many_statements_there_are(server: Server) -> None:
    import psycopg

    chosen = random.Random(2)
    with psycopg.connect(server.url, autocommit=True) as connection:
        for _ in range(ROUNDS // 4):
            queries = [tokens_of_a_query(chosen) for _ in range(chosen.randint(1, 4))]
            text = (between(chosen) + ";" + between(chosen)).join(query for query, _ in queries)
            cursor = connection.execute(text.encode())
            results = [list(cursor.fetchone() or ())]
            while cursor.nextset():
                results.append(list(cursor.fetchone() or ()))
            assert results == [values for _, values in queries], text
            assert len(list(statements(text))) == len(queries), text


class _Counted:
    """A pattern that counts the characters that it looks at."""

    looked = 0

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def match(self, text: str, start: int) -> re.Match[str] | None:
        return self._count(self._pattern.match(text, start), start, start + 1)

    def search(self, text: str, start: int, end: int = sys.maxsize) -> re.Match[str] | None:
        return self._count(self._pattern.search(text, start, end), start, min(end, len(text)))

    def _count(self, found: re.Match[str] | None, start: int, end: int) -> re.Match[str] | None:
        _Counted.looked += (found.end() if found else end) - start + 1
        return found


class _Text(str):
    """A text that counts the characters that a search in it looks at."""

    __slots__ = ()

    def find(self, sub: str, start: Any = 0, end: Any = None) -> int:
        end = len(self) if end is None else end
        found = super().find(sub, start, end)
        _Counted.looked += (end if found < 0 else found) - start + 1
        return found


def _steps(monkeypatch: pytest.MonkeyPatch, work: Callable[[str], Any], text: str) -> int:
    lines = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    with monkeypatch.context() as patch:
        for module in (lexer, splitter):
            for name, value in list(vars(module).items()):
                if isinstance(value, re.Pattern):
                    patch.setattr(module, name, _Counted(value))
        _Counted.looked = 0
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            work(_Text(text))
        finally:
            sys.settrace(before)
    return lines + _Counted.looked


@pytest.mark.parametrize(
    "piece",
    [
        *("/* x */ ", "/*", "*/", "-- x\n", "'", "''", "'a' ", "'a'\n", "E'\\'", "$", "$$", "$a", "$a$", "$a$b", '"', '""'),
        *("+", "+-@", "=-", "--", "/", "-", "1", "1e", "0x", "_", ".", "a", "a'", "a$", "é", ";", "a;", "(", "(;", "\\"),
        *("U&", "CREATE INDEX CONCURRENTLY ", "BEGIN ATOMIC ", "CASE ", "'a'--\n", " ", "\n", "REINDEX (a, ", "a.", ","),
    ],
)
def test_reading_takes_time_in_proportion_to_the_text(monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    for front in (
        "",
        "CREATE FUNCTION f() ",
        "REINDEX (",
        "ALTER TABLE ",
        "SELECT pg_catalog ",
        "DO $a$ RESET ",
        "DO '$a$ RESET ",
    ):
        for work in (_all_tokens, sql.read.__wrapped__):
            few, many = (_steps(monkeypatch, work, front + piece * (length // len(piece))) for length in (1500, 6000))
            assert many <= GROWTH * few, (front, work)


def _all_tokens(text: str) -> None:
    for _ in tokens(text):
        pass


def test_comments_in_front_of_a_statement_hang_nobody() -> None:
    assert sql.read("/* x */" * 10000 + "CREATE INDEX i ON t (v) -- concurrently").concurrent is False


def test_a_word_may_have_any_case_and_a_letter_of_another_script_is_none_of_a_key_word() -> None:
    chosen = random.Random(3)
    assert lexer.folded(word(chosen, "rollback")) == "rollback"
    assert lexer.folded("ROLLBAC\u212a") != "rollback"
    assert lexer.folded("ÄX") == "Äx"
