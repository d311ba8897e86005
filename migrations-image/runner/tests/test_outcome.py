"""The outcome fits a termination message and stays valid, whatever it has to carry."""

from __future__ import annotations

import json
import random

import pytest

from dbmigration.outcome import LARGEST, Outcome, one_line
from dbmigration.redact import Secrets

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


@pytest.mark.parametrize("heads", [10, 90, 500])
def test_lists_are_whole_or_not_there_at_all(heads: int) -> None:
    revisions = [f"{number:032d}" for number in range(heads)]
    document = json.loads(Outcome("AtTargetRevision", "m" * 900, revisions, revisions, revisions).encode())
    for key in ("before", "after", "target"):
        assert document[key] in (revisions, None)
    assert (document["after"] is None) == (heads > 30)
    if heads > 30:
        assert f"after: {heads} revisions" in document["message"]


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


def test_random_texts_always_fit() -> None:
    chance = random.Random(7)
    for _ in range(300):
        text = "".join(chr(chance.choice([34, 92, 10, 0x20AC, 0x1F600, 97, 0xD800])) for _ in range(chance.randrange(4000)))
        line = Outcome("InternalError", text, [text[:40]] * 30, None, [text[:32]] * 5, warnings=[text] * 5).encode()
        assert len(line.encode()) <= LARGEST
        json.loads(line)


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
        ({}, "Could not parse 'postgresql//app:s3cret@h/db'", "Could not parse 'postgresql//app:***@h/db'"),
        ({}, "postgresql://app:x@h/db", "postgresql://app:***@h/db"),
        ({}, "CREATE ROLE a PASSWORD 'x''y' LOGIN", "CREATE ROLE a PASSWORD *** LOGIN"),
        ({}, "connect(host='h', password='x')", "connect(host='h', password=***)"),
        ({}, "{'password': 'x', 'a': 1}", "{'password': ***, 'a': 1}"),
        ({}, "password=abc;user=b", "password=***;user=b"),
        ({}, 'password authentication failed for user "a"', 'password authentication failed for user "a"'),
        ({}, "postgresql://app@h:5432/db is fine", "postgresql://app@h:5432/db is fine"),
    ],
)
def test_secrets_are_masked_and_nothing_else(environment: dict[str, str], text: str, clean: str) -> None:
    assert Secrets(environment).clean(text) == clean
