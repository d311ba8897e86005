"""What the digest of a plan covers of its statements: all but what is another in each process."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dbmigration.planning.digest import Covered, digest
from dbmigration.planning.own_values import OwnValues
from dbmigration.planning.sent import Sent, covered
from dbmigration.sql import effects

NOW = datetime(2026, 11, 27, 22, 55, 40, 123456, tzinfo=timezone.utc)


def own(at: datetime = NOW, **names: str) -> OwnValues:
    return OwnValues(at.timestamp() - 2, at.timestamp(), {value: name for name, value in names.items()})


def known(*both: str | tuple[str, str] | tuple[Sent, Sent], of: OwnValues | None = None) -> str:
    """The digest of a step with these statements, each as it was the first and the second time."""
    pairs = [one if isinstance(one, tuple) else (one, one) for one in both]
    sent = [tuple(text if isinstance(text, Sent) else Sent(text) for text in pair) for pair in pairs]
    does = [list(map(repr, effects.read(first.text))) for first, _ in sent]
    found = covered([first for first, _ in sent], [second for _, second in sent], does, of or own())
    rest: dict[str, Any] = dict.fromkeys(Covered.__dataclass_fields__, ())
    return digest(Covered(**{**rest, "does": [found], "served": 0}))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM other WHERE note = '{who}' AND '{differs}' > '2020'",
        "DELETE FROM other WHERE note = '{who}' AND {differs} > 2020",
        "DO $$ BEGIN DELETE FROM other WHERE note = '{who}' AND at < '{differs}'; END $$",
        "DO $a$ BEGIN EXECUTE $b$ DELETE FROM {who} WHERE at < '{differs}' $b$; END $a$",
        "DELETE FROM other WHERE \"{who}\" < E'{differs}' -- {differs}",
        "CREATE TABLE {who}_x AS SELECT 1 AS {differs}",
        "SELECT setval('{who}', {differs})",
    ],
)
def test_what_differs_is_left_out_and_nothing_that_stands_beside_it(statement: str) -> None:
    def now(who: str, *differing: str) -> str:
        return known(tuple(statement.format(who=who, differs=one) for one in differing))  # type: ignore[arg-type]

    assert now("a", "x1", "x2") == now("a", "x3", "x4")
    assert now("a", "x1", "x2") != now("b", "x1", "x2")


def test_a_value_that_differs_is_not_as_good_as_one_that_does_not() -> None:
    assert known(("SELECT 'a'", "SELECT 'b'")) != known("SELECT 'a'")
    assert known(("SELECT 'a', 1", "SELECT 'b', 1")) != known(("SELECT 'a', 1", "SELECT 'a', 2"))


def test_another_statement_of_the_step_is_known_as_a_whole() -> None:
    differing = ("SELECT '1'", "SELECT '2'")
    assert known(differing, "DELETE FROM t WHERE a = 1") != known(differing, "DELETE FROM t WHERE a = 2")


def test_where_the_shapes_differ_it_is_known_by_what_it_does() -> None:
    longer = ("DELETE FROM t WHERE a IN (1)", "DELETE FROM t WHERE a IN (1, 2)")
    assert known(longer) == known(longer[::-1]) != known(tuple(text.replace("FROM t", "FROM u") for text in longer))  # type: ignore[arg-type]
    assert known(longer, "SELECT 1") != known(longer, "SELECT 2")


def test_what_a_string_names_is_known_where_it_is_another_each_time() -> None:
    """Whatever differs: which sequence it is that moves is what it does."""
    assert known(("SELECT setval('a', 1)", "SELECT setval('b', 1)")) != known(
        ("SELECT setval('c', 1)", "SELECT setval('b', 1)")
    )


def test_values_that_stand_in_a_comment_are_known_by_their_names() -> None:
    def now(note: str, *at: str) -> str:
        text = "INSERT INTO t (note, at) VALUES (:note, :at)"
        one, other = (Sent(f"-- with {moment}\n{text}", {"note": note, "at": moment}) for moment in at)
        return known((one, other))

    assert now("'a'", "1", "2") == now("'a'", "3", "4")
    assert now("'a'", "1", "2") != now("'b'", "1", "2")
    assert now("'a'", "1", "1") != now("'a'", "2", "2")


TIMES = [
    *("{0:%Y-%m-%dT%H:%M:%S.%f}", "{0:%Y-%m-%d %H:%M:%S}", "{0:%Y%m%d%H%M%S}", "{0:%Y-%m-%dT%H:%M:%S}+00:00"),
    *("{0:%Y-%m-%dT%H:%M:%S.%f}+00:00", "{0:%Y-%m-%dT%H:%M:%S}Z", "{1}", "{2}"),
]


@pytest.mark.parametrize("form", TIMES)
def test_a_time_of_the_process_is_the_same_in_the_next_one(form: str) -> None:
    def now(at: datetime, shown: datetime) -> str:
        told = form.format(shown, shown.timestamp(), int(shown.timestamp() * 1000))
        return known(f"DELETE FROM t WHERE at < '{told}'", of=own(at))

    later = NOW + timedelta(days=3)
    assert now(NOW, NOW) == now(later, later)
    assert now(NOW, NOW - timedelta(hours=1)) != now(later, later - timedelta(hours=1))
    assert now(NOW, NOW) != now(later, NOW)


def test_a_day_and_a_time_beyond_all_clocks_are_values_like_any_other() -> None:
    assert known("SELECT '2026-11-27'") != known("SELECT '2026-11-28'", of=own(NOW + timedelta(days=1)))
    for time in (
        "0001-01-01T00:00:00",
        "9999-12-31 23:59:59",
        "9999-12-31T23:59:59-14:00",
        "1" * 40,
        "1.1.1",
        "00010101000000",
    ):
        assert own().covered(time) is None


def test_what_is_the_pods_own_is_covered_by_its_name() -> None:
    def now(statement: str, host: str, address: str) -> str:
        return known(statement.format(host, address), of=own(HOSTNAME=host, POD_IP=address))

    one, other = ("shop-migrate-3-x7k2p", "10.42.0.7"), ("shop-migrate-4-abcde", "10.42.0.71")
    for statement in ("DELETE FROM t WHERE note = '{}'", "SELECT 'on {0} ({1})'", "DO $$ BEGIN PERFORM '{0}'; END $$"):
        assert now(statement, *one) == now(statement, *other)
    assert now("SELECT '{}', 1", *one) != now("SELECT '{}', 2", *other)
    # Another table is another one, whatever it is called after.
    assert now('DROP TABLE "{}"', *one) != now('DROP TABLE "{}"', *other)
    # A part of another word, and a name that is hardly one.
    assert now("SELECT '{1}1'", *one) != now("SELECT '{1}1'", *other)
    assert now("SELECT '{}'", "db", "") != now("SELECT '{}'", "vm", "")


def test_who_has_nothing_of_its_own_is_known_by_its_text() -> None:
    chance = random.Random(1)
    for _ in range(200):
        text = "".join(chance.choices(["'", "a", " ", "$$", '"', "2026-11-27", "1", "--", "\n", "(", "E'"], k=12))
        assert covered([Sent(text)], [Sent(text)], [[]], own()) == [text]
