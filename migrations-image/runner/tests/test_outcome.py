"""The outcome fits a termination message and stays valid, whatever it has to carry."""

from __future__ import annotations

import json
import random
from urllib.parse import quote, quote_plus

import pytest

from dbmigration.planning.examination import Examination
from dbmigration.planning.findings import Loss
from dbmigration.report.outcome import LARGEST, Outcome, one_line
from dbmigration.report.redact import Secrets

NASTY = [
    "x" * 100_000,
    "ß€" * 4000,
    "日本語" * 3000,
    '"' * 5000,
    "\\" * 5000,
    "line\nbreak\r\n\ttab\x00\x1b[31m" * 500,
    "\ud800 half of a character " * 100,
    "😀" * 4000,
    "\u2028\u2029" * 1000,
]


@pytest.mark.parametrize("text", NASTY)
def test_a_message_of_any_kind_becomes_one_short_line_of_valid_json(text: str) -> None:
    line = Outcome("MigrationFailed", text, revision=text, versionTable=text, warnings=[text] * 50).encode()
    assert len(line.encode()) <= LARGEST
    assert "\n" not in line
    message = json.loads(line)["message"]
    assert len(message) <= 1000


def test_a_message_that_is_too_long_keeps_what_happened_and_what_to_do() -> None:
    told = "upgrade() of revision 001 raised " + "ß€" * 100_000 + ". Correct the script. The version table says 000."
    message = json.loads(Outcome("MigrationFailed", told).encode())["message"]
    assert message.startswith("upgrade() of revision 001 raised ß€")
    assert message.endswith("Correct the script. The version table says 000.")
    assert message.count("…") == 1


@pytest.mark.parametrize("text", ["table users (3 rows)", *NASTY])
def test_what_a_plan_deletes_is_cut_before_the_message_is(text: str) -> None:
    losses = [Loss(f"{number} {text}") for number in range(50)]
    told = "The plan waits. " + "m" * 900 + " Approve it."
    plan = {"direction": "Downgrade", "steps": 3, **Examination("0" * 64, losses).summary()}
    line = Outcome("ApprovalRequired", told, plan=plan, warnings=["w" * 300] * 5).encode()
    assert len(line.encode()) <= LARGEST
    document = json.loads(line)
    assert document["message"] == told
    assert document["plan"]["digest"] == "0" * 64
    deletes = document["plan"]["deletes"]
    assert 1 <= len(deletes) <= 20
    assert all(len(words) <= 120 for words in deletes)
    kept = deletes[:-1]
    assert deletes[-1] == f"and {50 - len(kept)} more"
    assert [words.split(" ")[0] for words in kept] == [str(number) for number in range(len(kept))]


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        ("revision 004 failed", "Revision 004"),
        ("target 'head' means one head", "Target 'head'"),
        ("in upgrade() of revision 004 the server said", "In upgrade()"),
        ("another, and", "Another, and"),
        ("env.py failed", "env.py failed"),
        ("upgrade() of revision 004 raised", "upgrade() of"),
        ("/app/migrations/env.py ended", "/app/migrations/env.py ended"),
        ("migrations/alembic.ini has no section", "migrations/alembic.ini has"),
        ("SIGTERM arrived", "SIGTERM arrived"),
        ("4 s were over", "4 s were over"),
        ("", ""),
    ],
)
def test_a_message_begins_as_a_sentence_does_and_a_name_as_it_is_written(message: str, begins: str) -> None:
    assert json.loads(Outcome("MigrationFailed", message).encode())["message"].startswith(begins)


def test_an_ordinary_message_is_left_as_it_is() -> None:
    message = 'Revision 004: "users" already exists: 日本'
    document = json.loads(Outcome("MigrationFailed", message, ["003"], ["003"], ["005"]).encode())
    assert (document["message"], document["before"], document["version"]) == (message, ["003"], 1)


# Everything that JSON, UTF-8, a line or a terminal treats in its own way, and plain letters between.
LETTERS = [
    *map(chr, range(32)),
    *"abc \"'\\/<&",
    "\x7f",
    "\x85",
    "\xa0",
    "ß",
    "€",
    "日",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\uffff",
]
LETTERS += ["\ud800", "\udfff", "😀", "\U000e0001", "\U0010ffff"]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_an_outcome_has_to_carry_it_fits_and_is_valid(seed: int) -> None:
    chance = random.Random(seed)

    def text(longest: int) -> str:
        few = chance.sample(LETTERS, chance.choice([1, 2, len(LETTERS)]))
        return "".join(chance.choices(few, k=chance.choice([0, 1, 30, longest])))

    def texts() -> list[str] | None:
        return chance.choice([None, [], [text(60) for _ in range(chance.choice([1, 5, 40, 300]))]])

    for _ in range(50):
        given = Outcome(
            reason=chance.choice(["AtTargetRevision", text(400)]),
            message=text(5000),
            before=texts(),
            after=texts(),
            target=texts(),
            left=texts(),
            held=texts(),
            exclusive=chance.choice([None, True, False]),
            newest=chance.choice([None, {"uid": text(4000), "attempt": 10**9}]),
            claim=chance.choice([None, {"uid": text(4000), "name": text(4000), "target": texts() or []}]),
            plan=chance.choice([None, {"direction": "Mixed", "steps": 10**6}]),
            applied=chance.choice([None, 0, 10**6]),
            revision=chance.choice([None, text(4000)]),
            sqlstate=chance.choice([None, "42P01", text(100)]),
            alembic=chance.choice([None, "1.20.1", text(4000)]),
            serverVersion=chance.choice([None, "17.2", text(4000)]),
            database=chance.choice([None, {"name": chance.choice([None, text(63), text(4000)]), "system": text(20)}]),
            versionTable=chance.choice([None, text(4000)]),
            versionTables=chance.choice([None, {"count": 300, "names": texts()}]),
            durationMs=10**9,
            warnings=[text(1000) for _ in range(chance.choice([0, 1, 9]))],
        )
        line = given.encode()
        assert len(line.encode("utf-8")) <= LARGEST
        assert line.splitlines() == [line]
        assert line.isprintable()
        document = json.loads(line)
        assert set(document) == {"version", *vars(given)}
        assert (document["plan"], document["applied"]) == (given.plan, given.applied)
        # A list is what it was, but for halves of characters, or it is not there.
        for key in ("before", "after", "target", "left", "held"):
            whole = getattr(given, key)
            assert ((document["digests"] or {}).get(key) is not None) == (document[key] is None and whole is not None)
            assert document[key] in (None, whole and [one.encode("utf-8", "replace").decode() for one in whole], whole)
        tables, told = given.versionTables, document["versionTables"]
        assert (told and told["count"]) == (tables and tables["count"])
        if tables is not None and told["names"] is not None:
            assert told["names"] == [one.encode("utf-8", "replace").decode() for one in tables["names"]]


@pytest.mark.parametrize(("count", "fits"), [(1, True), (100, True), (1000, False)])
def test_version_tables_are_all_named_or_only_counted_and_never_at_the_cost_of_the_rows(count: int, fits: bool) -> None:
    tables = {"count": count, "names": [f"tenant_{number:04}.alembic_version" for number in range(count)]}
    at = f"The database is at 002 in all {count} version tables."
    rows = ["002"]
    document = json.loads(Outcome("AtTargetRevision", at, rows, rows, rows, rows, rows, True, versionTables=tables).encode())
    assert document["versionTables"] == (tables if fits else {"count": count, "names": None})
    assert (document["message"], document["after"], document["held"]) == (at, rows, rows)


def test_a_long_message_keeps_both_ends_and_as_much_as_fits() -> None:
    names = ["日" * 32] * 4
    message = "Revision 004 failed: " + "日本語" * 400 + " Correct it."
    document = json.loads(Outcome("MigrationFailed", message, names, names, names, warnings=["日" * 300] * 5).encode())
    assert document["before"] == document["after"] == document["target"] == names
    assert document["message"].startswith("Revision 004 failed: 日本語")
    assert len(document["message"].encode()) > 2000
    assert document["message"].endswith("日本語 Correct it.")
    assert document["message"].count("…") == 1


def test_a_line_is_cut_with_a_sign_that_it_was() -> None:
    assert one_line("a  b\n c", 10) == "a b c"
    assert one_line("abcdef", 4) == "abc…"


@pytest.mark.parametrize(
    ("environment", "text", "clean"),
    [
        ({"U": "postgresql://app:hunter22@db/x"}, "it says hunter22 here", "it says *** here"),
        ({"U": "postgresql://app:hun%2Fter22@db/x"}, "decoded: hun/ter22", "decoded: ***"),
        ({"U": "postgresql+asyncpg://app:a:b@c@db/x"}, "postgresql://app:a:b@c@db/x", "postgresql://app:***@db/x"),
        ({"DSN": "host=db user=app password=hunter22"}, "hunter22", "***"),
        ({"APP_PASSWORD": "hunter22"}, "hunter22", "***"),
        ({"SESSION_SECRET": "abcdefgh"}, "x abcdefgh y", "x *** y"),
        ({"DB_PASSWORD_FILE": "/run/secrets/db"}, "cannot open /run/secrets/db", "cannot open /run/secrets/db"),
        ({"TOKEN_ENABLED": "true"}, "it is true", "it is true"),
        ({}, "Could not parse 'postgresql//app:s3cret@h/db'", "Could not parse 'postgresql//***@h/db'"),
        ({}, "postgresql://app:x@h/db", "postgresql://***@h/db"),
        ({}, "CREATE ROLE a PASSWORD 'x''y' LOGIN", "CREATE ROLE a PASSWORD *** LOGIN"),
        ({}, "connect(host='h', password='x')", "connect(host='h', password=***)"),
        ({}, "{'password': 'x', 'a': 1}", "{'password': ***, 'a': 1}"),
        ({}, "connect(password='it\\'s x', user='a')", "connect(password=***, user='a')"),
        ({}, 'password="a \\" b" host=c', "password=*** host=c"),
        ({}, "PGPASSWORD=x psql", "PGPASSWORD=*** psql"),
        ({}, "api_key: x1, secret = y2; token=z3", "api_key: ***, secret = ***; token=***"),
        ({}, "postgresql://h/db?user=a&password=x&sslmode=require", "postgresql://h/db?user=a&password=***&sslmode=require"),
        # Whatever stands for more than itself in a pattern.
        ({"DB_PASSWORD": "a.*b[c](d)$^+?{2}|\\"}, "it was a.*b[c](d)$^+?{2}|\\!", "it was ***!"),
        ({"DB_PASSWORD": "a.*b[c]"}, "axxbc and a.*b[c]", "axxbc and ***"),
        # As it stands in a URL, in a repr, in JSON, in SQL.
        ({"DB_PASSWORD": "p@ss/w rd&"}, "p%40ss%2Fw%20rd%26 p%40ss%2Fw+rd%26 p%40ss/w%20rd%26", "*** *** ***"),
        ({"DB_PASSWORD": 'it\'s "quoted"'}, repr({"x": 'it\'s "quoted"'}), "{'x': '***'}"),
        ({"DB_PASSWORD": 'it\'s "quoted"'}, json.dumps(['it\'s "quoted"']), '["***"]'),
        ({"DB_PASSWORD": "it's ours"}, "SELECT 'it''s ours'", "SELECT '***'"),
        ({"DB_PASSWORD": "wörd-日本"}, json.dumps("wörd-日本"), '"***"'),
        ({"U": "postgresql://app:w%C3%B6rd%2D1@db/x"}, "wörd-1 w%C3%B6rd%2D1 w%C3%B6rd-1", "*** *** ***"),
        # Broken over lines, and one line of several.
        ({"DB_PASSWORD": "hunter22-again"}, "it is hunter\n  22-again here", "it is *** here"),
        ({"TLS_PRIVATE": "-----BEGIN\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF"}, "in line kqhkiG9w0BAQEF", "in line ***"),
        # Of other shapes: JSON, libpq's own, quoted.
        ({"DB": '{"user": "a", "password": "hunter22"}'}, "hunter22", "***"),
        ({"DSN": "host=db password='hunt er22' user=a"}, "it is hunt er22", "it is ***"),
        # Short ones hide no other words; where a name or an address says what it is, they are hidden all the same.
        (
            {"U": "postgresql://app:post@db/x"},
            "PostgreSQL at postgres, post or 'post'",
            "PostgreSQL at postgres, post or '***'",
        ),
        ({"U": "postgresql://app:a@db/x"}, "a message at postgresql://app:a@db/x", "a message at postgresql://app:***@db/x"),
        ({"DB_PASSWORD": "a"}, "a message with password=a", "a message with password=***"),
        ({"DB_PASSWORD": "a"}, "quote(part, safe='') and 'a'", "quote(part, safe='') and '***'"),
        ({"DB_PASSWORD": ""}, "nothing to hide", "nothing to hide"),
        ({}, "password=abc;user=b", "password=***;user=b"),
        ({}, 'password authentication failed for user "a"', 'password authentication failed for user "a"'),
        ({}, "postgresql://app@h:5432/db", "postgresql://***@h:5432/db"),
        ({"U": "postgresql://app@h:5432/db"}, "postgresql://app@h:5432/db", "postgresql://app@h:5432/db"),
    ],
)
def test_secrets_are_masked_and_nothing_else(environment: dict[str, str], text: str, clean: str) -> None:
    assert Secrets(environment).clean(text) == clean


def test_a_password_that_is_no_text_is_no_obstacle() -> None:
    """asyncpg takes a function, which fetches a token for each connection."""
    secrets = Secrets({})
    secrets.add([lambda: "x", None, 5, b"bytes"])
    assert secrets.clean("5 bytes") == "5 bytes"


def test_random_secrets_are_found_in_every_form() -> None:
    for seed in range(50):
        chance = random.Random(seed)
        secret = (
            "".join(chance.choices("aB7 \"'\\%$.*+?()[]{}|^#/:@&=;,ß日😀", k=chance.randrange(8, 30))).strip().ljust(8, "x")
        )
        if secret.startswith("/"):
            continue
        clean = Secrets({"DB_PASSWORD": secret}).clean
        for form in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)):
            for text in (f"failed: {form}", f"x{form}x", form.replace(form[4], form[4] + "\n", 1)):
                assert form not in clean(text), (secret, text)
                assert secret[:6] not in clean(text) or secret[:6] in text.replace(form, ""), (secret, text)
