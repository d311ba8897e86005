"""Lists and names of the outcome: whole, or not there at all, as one that is cut short would be a wrong statement."""

from __future__ import annotations

import hashlib
import json

import pytest

from dbmigration.report.outcome import LARGEST, Outcome, digest


@pytest.mark.parametrize("heads", [10, 90, 500])
def test_lists_are_whole_or_not_there_at_all(heads: int) -> None:
    revisions = [f"{number:032d}" for number in range(heads)]
    document = json.loads(Outcome("AtTargetRevision", "m" * 900, revisions, revisions, revisions).encode())
    for key in ("before", "after", "target"):
        assert document[key] in (revisions, None)
    assert (document["after"] is None) == (heads > 30)
    if heads > 30:
        assert f"after: {heads} revisions" in document["message"]


def test_of_a_list_that_does_not_fit_its_digest_is_told_and_of_no_other_one() -> None:
    rows = [f"{number:032d}" for number in range(200)]
    outcome = Outcome("AtTargetRevision", "It is there.", ["base"], rows, rows, None, list(reversed(rows)))
    document = json.loads(outcome.encode())
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]
    assert document["after"] is document["target"] is document["held"] is None
    assert document["digests"] == {"before": None, "after": digest, "target": digest, "left": None, "held": digest}
    assert json.loads(Outcome("AtTargetRevision", "It is there.", rows[:5], rows[:5]).encode())["digests"] is None


def test_rows_have_the_digest_that_the_operator_knows() -> None:
    """Its own test has the same example."""
    assert digest(["b", "a", "é", "😀", "\uffee"]) == "dc915b4ac2a0d277"


def test_a_name_that_does_not_fit_is_not_told_rather_than_told_wrong() -> None:
    rows = [f"{number:032d}" for number in range(29)]
    table, name = "s" * 63 + "." + "t" * 63, "日" * 400
    place: dict[str, str | None] = {"name": name, "system": "7"}
    outcome = Outcome("AtTargetRevision", "m" * 900, rows, rows, rows, rows, rows, database=place, versionTable=table)
    outcome.versionTables = {"count": 1, "names": [table]}
    line = outcome.encode()
    assert len(line.encode()) <= LARGEST
    document = json.loads(line)
    assert document["versionTable"] in (None, table)
    assert document["database"] in (None, place)
    assert document["versionTables"]["count"] == 1


@pytest.mark.parametrize(("heads", "is_told"), [(10, True), (50, True), (90, False)])
@pytest.mark.parametrize("name", ["team/older", "😀" * 70], ids=["short", "long"])
def test_a_claim_is_told_as_a_whole_or_not_at_all(heads: int, is_told: bool, name: str) -> None:
    claim = {"uid": "u" * 36, "name": name, "target": [f"{number:032d}" for number in range(heads)]}
    line = Outcome("DatabaseClaimed", "m" * 900, ["0" * 32], ["0" * 32], claim=claim).encode()
    assert len(line.encode()) <= LARGEST
    assert json.loads(line)["claim"] == (claim if is_told else None)


def test_a_claim_gives_way_where_everything_is_long() -> None:
    rows, text = ["0123456789ab"] * 29, "😀" * 500
    claim = {"uid": "u" * 36, "name": "n" * 300, "target": rows[:5]}
    newest = {"uid": text, "attempt": 1}
    outcome = Outcome(text, "m" * 900, rows, rows, rows, rows, rows, True, newest=newest, claim=claim, revision=text)
    outcome.alembic = outcome.serverVersion = outcome.versionTable = outcome.sqlstate = text
    line = outcome.encode()
    assert len(line.encode()) <= LARGEST
    assert json.loads(line)["held"] == rows
