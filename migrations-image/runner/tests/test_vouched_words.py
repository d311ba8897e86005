"""Revisions and digests stay what they are, whichever pieces of secrets they have by chance; what is cut from one does not."""

from __future__ import annotations

import json
import random

import pytest

from dbmigration.report.redact import Secrets
from tests.project import Project
from tests.test_shown_plans import WAITING, shown

ID = "ae1027a6acf0"
# As `openssl rand -hex 8` makes it, with 5 characters of the id.
TOKEN = "f27a6acd9d3b77e1"


def secrets(secret: str, *words: str) -> Secrets:
    known = Secrets({"SESSION_TOKEN": secret})
    known.vouch_for(words)
    return known


@pytest.mark.parametrize("secret", [TOKEN, f"{ID[3:9]}-x-y-z", ID[-4:] + "9z9z"])
def test_an_id_is_shown_as_the_whole_word_that_it_is(secret: str) -> None:
    clean = secrets(secret, ID).clean
    for text in (
        f"The database is at {ID}.",
        f"upgrade() of revision {ID} raised",
        f"approve={ID};",
        f"'{ID}', \"{ID}\" and ({ID})",
        f"Running upgrade  -> {ID}, add users",
    ):
        assert clean(text) == text
    for text in (f"t_{ID}", f"{ID}_add_users.py", f"x{ID}", f"{ID}0", ID.upper(), ID[2:], f"//app:{ID}@db", f"password={ID}"):
        assert "***" in clean(text), text


@pytest.mark.parametrize(
    ("secret", "word"),
    [
        # The secret itself, and what it is a part of, or has a large part of it.
        (ID, ID),
        ("acf0", ID),
        (ID + "77", ID),
        (f"x{ID[:8]}y", ID),
        ("hunter22", "add_hunter22_table"),
        ("%61cf0", ID),
    ],
)
def test_an_id_that_tells_a_secret_is_none(secret: str, word: str) -> None:
    shown = secrets(secret, word).clean(f"The database is at {word}.")
    assert "***" in shown
    assert secret not in shown


def test_an_id_that_is_a_piece_of_a_secret_is_shown_in_a_sentence_and_not_where_it_may_have_been_cut() -> None:
    clean = secrets("x-0012-horse-battery", "0012").clean
    assert clean("The database is at 0012, revision 0012 (0012)") == "The database is at 0012, revision 0012 (0012)"
    for text in ("host '0012'", 'base 10: "0012"', "0012@db", "0012...", "...0012", "x-0012", "/0012/", "0012-horse"):
        assert "0012" not in clean(text), text


def test_an_id_is_shown_beside_what_the_text_itself_shows_to_be_a_secret() -> None:
    clean = secrets("", ID).clean
    assert clean(f"ALTER ROLE app PASSWORD '{TOKEN}' in {ID}, {TOKEN[:6]}") == f"ALTER ROLE app PASSWORD *** in {ID}, ***"


@pytest.mark.parametrize("length", [16, 32, 64])
def test_no_id_and_no_digest_is_lost_by_chance(length: int) -> None:
    chance = random.Random(length)
    for _ in range(20):
        known = Secrets({f"KEY_{n}_TOKEN": f"{chance.getrandbits(4 * length):0{length}x}" for n in range(4)})
        made = [f"{chance.getrandbits(4 * size):0{size}x}" for size in (12, 64) for _ in range(50)]
        known.vouch_for(made)
        text = "; ".join(f"plan {word} takes it to {word}" for word in made)
        assert known.clean(text) == text


def test_a_plan_can_be_approved_and_shown_whatever_the_secrets_are(project: Project) -> None:
    project.script("0c1d2e3f4a5b")
    project.script(ID, "0c1d2e3f4a5b")
    up = project.run("head", environment={"SESSION_TOKEN": TOKEN})
    assert ID in up.message
    assert [event["revision"] for event in up.events if event["event"] == "step"][-1] == ID
    assert f"-> {ID}" in up.stderr or "Running upgrade" not in up.stderr
    project.database.execute(f'INSERT INTO "t_{ID}" VALUES (1)')
    digest = project.run("0c1d2e3f4a5b", approval=WAITING).outcome["plan"]["digest"]
    # Of the digest's first characters and of its middle, and of the words of the events.
    secret = f"{digest[3:7]}9z{digest[30:35]}-Downgrade-done"
    waiting = project.run("0c1d2e3f4a5b", approval=WAITING, environment={"SESSION_TOKEN": secret})
    assert waiting.reason == "ApprovalRequired"
    assert waiting.outcome["plan"]["digest"] == digest
    assert f"set spec.approval.plan to {digest[:12]}, or" in waiting.message
    assert f"dbmigrations.io/approve={digest[:12]};" in waiting.message
    (step,) = shown(waiting)
    assert (step["plan"], step["revision"], step["direction"]) == (digest, ID, "Downgrade")
    assert step["sql"] == f"DROP TABLE t_{ID};\n\n"
    (told,) = (event for event in waiting.events if event["event"] == "plan")
    assert (told["before"], told["target"]) == ([ID], ["0c1d2e3f4a5b"])


def test_what_is_cut_from_a_secret_is_masked_in_the_words_of_others(project: Project) -> None:
    project.script("0012", upgrade="raise ValueError('bad port: \"0012\" of 0012@db')")
    result = project.run("head", environment={"SESSION_TOKEN": "x-0012-horse"})
    written = json.dumps(result.outcome["message"])
    assert "revision 0012" in written
    assert written.count("0012") == written.count("revision 0012")
    assert '"bad port: \\"***\\" of ***@db' in written.replace("ValueError: ", '"')
