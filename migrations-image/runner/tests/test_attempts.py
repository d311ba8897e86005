"""Which of two attempts is the newer one, and what a note of them may look like."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import pytest

from dbmigration.planning.attempts import MOST_RESOURCES, Attempt, newest, note, parse
from dbmigration.session.notes import ATTEMPTS, BUILDS, Comment

EARLY, LATE = "2026-01-11T08:00:00Z", "2026-01-11T08:00:01Z"


def attempt(number: int = 1, uid: str = "a", created: str = EARLY, version: str = "9", **more: Any) -> Attempt:
    return Attempt("team/thing", uid, created, version, number, **more)


LATER_BY_NAME = attempt(1, uid="a", version="8500")._replace(name="team/zebra")


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (attempt(1), attempt(2)),
        (attempt(9), attempt(10)),
        # Made again: what it was before had any number of attempts.
        (attempt(7), attempt(1, "b", LATE)),
        (attempt(7, created="2026-01-11T09:30:00+01:00"), attempt(1, "b", "2026-01-11T08:30:01Z")),
        # Within one second the version of the object decides, as a number.
        (attempt(7), attempt(1, "b", version="10")),
        (attempt(7, version="0" * 50 + "9"), attempt(1, "b", version="1" + "0" * 5000)),
        # The operator knows better.
        (attempt(7, created=LATE), attempt(1, "b", EARLY, over="a")),
        (attempt(7, "b", LATE, over="c"), attempt(1, "a", EARLY, over="b")),
    ],
)
def test_one_of_them_is_newer(older: Attempt, newer: Attempt) -> None:
    assert newer.is_newer_than(older)
    assert not older.is_newer_than(newer)


@pytest.mark.parametrize(
    ("noted", "asking"),
    [
        (attempt(3), attempt(3)),
        (attempt(3), attempt(3, created=LATE, version="1")),
        (attempt(1, version="9"), attempt(1, "b", version="9")),
        (attempt(1, version="9"), attempt(1, "b", version="x1")),
        (attempt(1, version="x9"), attempt(1, "b", version="1")),
        (attempt(1, version="²"), attempt(1, "b", version="1")),
    ],
)
def test_where_nothing_tells_them_apart_who_comes_now_may_run(noted: Attempt, asking: Attempt) -> None:
    assert not noted.is_newer_than(asking)


def test_never_are_both_newer() -> None:
    chance = random.Random(1)
    some = [
        attempt(
            chance.randrange(3),
            chance.choice("abc"),
            chance.choice([EARLY, LATE]),
            chance.choice(["1", "2", "x"]),
            over=chance.choice([None, None, "a", "b"]),
        )
        for _ in range(60)
    ]
    for one, other in itertools.combinations(some, 2):
        if one.over != other.uid or other.over != one.uid:
            assert not (one.is_newer_than(other) and other.is_newer_than(one)), (one, other)


def test_what_was_put_before_an_incarnation_stays_before_it() -> None:
    first = attempt(1, "b", EARLY, over="a")
    second = attempt(2, "b", EARLY).after(first)
    assert second.is_newer_than(attempt(9, "a", LATE))
    assert attempt(1, "c", LATE).after(second).over is None


def test_each_resource_has_one_entry_and_the_ones_that_were_there_last_are_kept() -> None:
    known: tuple[Attempt, ...] = ()
    for number in range(12):
        known = parse(note(known, Attempt(f"team/{number}", "a", EARLY, "1", 1)))
    assert [one.name for one in known] == [f"team/{number}" for number in range(11, 11 - MOST_RESOURCES, -1)]
    known = parse(note(known, Attempt("team/7", "a", EARLY, "1", 2)))
    assert [(one.name, one.attempt) for one in known][:2] == [("team/7", 2), ("team/11", 1)]
    assert len(known) == MOST_RESOURCES


def test_who_may_have_a_claim_is_remembered_however_many_came_since() -> None:
    known: tuple[Attempt, ...] = ()
    for number in range(30):
        known = parse(note(known, Attempt(f"team/{number}", f"u{number}", EARLY, "1", 1), claimants=["u0", "u5"]))
    last = [f"team/{number}" for number in range(29, 29 - MOST_RESOURCES, -1)]
    assert [one.name for one in known] == [*last, "team/5", "team/0"]


@pytest.mark.parametrize(
    ("older", "younger"),
    [
        (attempt(created=EARLY), attempt(uid="b", created=LATE)),
        (attempt(uid="b", created="2026-01-11T09:30:00+01:00"), attempt(created="2026-01-11T08:30:01Z")),
        # Applied together: the version grows with every edit, and the uid is another one after a restore.
        (attempt(uid="b", version="9000"), LATER_BY_NAME),
        (attempt(uid="b", version="8000"), LATER_BY_NAME),
        (attempt(9, uid="b", version="x", over="a"), LATER_BY_NAME),
    ],
)
def test_of_two_resources_the_same_one_is_the_older_whatever_became_of_them_since(older: Attempt, younger: Attempt) -> None:
    assert older.is_of_an_older_resource_than(younger)
    assert not younger.is_of_an_older_resource_than(older)


def test_of_several_notes_the_newest_counts() -> None:
    assert newest([attempt(1), attempt(3), attempt(2)], "team/thing") == attempt(3)
    assert newest([attempt(1)], "team/other") is None


GOOD = json.loads(json.dumps(note((), attempt(3))))[0]


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        "text",
        [],
        {},
        {**GOOD, "extra": 1},
        {**GOOD, "attempt": "3"},
        {**GOOD, "attempt": True},
        {**GOOD, "attempt": 0},
        # More than the operator could count on from.
        {**GOOD, "attempt": 2**31 - 1},
        {**GOOD, "attempt": 3_000_000_000},
        {**GOOD, "uid": "\ud800"},
        {**GOOD, "target": ["\ud800"]},
        {**GOOD, "database": 16384},
        {**GOOD, "attempt": 3.5},
        {**GOOD, "uid": None},
        {**GOOD, "name": ["team/thing"]},
        {**GOOD, "created": "yesterday"},
        {**GOOD, "created": "2026-01-11T08:00:00"},
        {**GOOD, "created": 7},
        {**GOOD, "version": {}},
        {**GOOD, "over": 7},
        {**GOOD, "target": "001"},
        {**GOOD, "target": ["001", 7]},
        {**GOOD, "target": {"001": True}},
        {**GOOD, "without": None},
        {**GOOD, "without": [["001"]]},
        {key: value for key, value in GOOD.items() if key != "target"},
    ],
)
def test_an_entry_that_somebody_spoilt_is_passed_over(entry: Any) -> None:
    assert parse([entry, GOOD]) == (attempt(3),)
    assert parse(entry) == ()


def test_a_comment_holds_both_notes_behind_what_somebody_else_wrote() -> None:
    comment = Comment.parse("ours\n\nand more\n").with_note(BUILDS, [{"a": 1}]).with_note(ATTEMPTS, [GOOD])
    lines = str(comment).split("\n")
    assert lines[:4] == ["ours", "", "and more", ""]
    assert [line.split(": ")[0] for line in lines[4:]] == ["[dbmigration] attempts", "[dbmigration] builds concurrently"]
    again = Comment.parse(str(comment))
    assert again == comment
    assert str(again.with_note(BUILDS, []).with_note(ATTEMPTS, None)) == "ours\n\nand more\n"


def test_a_note_is_found_wherever_somebody_has_moved_it() -> None:
    note_alone = str(Comment().with_note(ATTEMPTS, [GOOD]))
    assert Comment.parse(f"{note_alone}\nwritten behind it") == Comment("written behind it", {ATTEMPTS: [GOOD]})


@pytest.mark.parametrize("rest", ["", "[", "{'a': 1}", "[" * 100_000, "nothing", "NaN nor this"])
def test_a_line_that_is_no_note_any_more_is_text(rest: str) -> None:
    line = f"[dbmigration] attempts: {rest}"
    assert Comment.parse(line) == Comment(line)
    assert str(Comment.parse(line)) == line
