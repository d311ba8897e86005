"""Which plans a claim forbids, against the definition of a target: those that would make it false, and no others."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from dbmigration.planning import claims
from dbmigration.planning.attempts import Attempt
from dbmigration.planning.graph import Graph
from dbmigration.planning.plan import plan
from dbmigration.planning.request import Request, Resource
from dbmigration.planning.target import resolve
from dbmigration.refusal import Refusal
from tests.definition import Unclear, applied_after, below, rows
from tests.graphs import History, history_of, random_history, random_target, revision_map

LINE = history_of(("001", None), ("002", "001"), ("003", "002"), ("004", "003"))
LINES = history_of(("b1", None, None, "billing"), ("b2", "b1"), ("s1", None, None, "shipping"), ("s2", "s1", "b2"))
FORK = history_of(("001", None), ("left", "001", None, "west"), ("right", "001", None, "east"), ("both", ("left", "right")))
EARLY, LATE = "2026-01-11T08:00:00Z", "2026-01-11T08:00:01Z"


def _declared(history: History, target: str, name: str, uid: str, created: str, version: str = "1") -> Attempt:
    scripts = revision_map(history)
    request = Request(name, target, resource=Resource(uid, created, version))
    attempt = Attempt.of(request, resolve(target, scripts, Graph.of(scripts)))
    assert attempt is not None
    return attempt


def older(history: History, target: str) -> Attempt:
    return _declared(history, target, "team/older", "9", EARLY)


def _refusal(history: History, at: set[str], target: str, *noted: Attempt, **more: Any) -> claims.Claimed | None:
    """Of a later resource that asks for this target, with everybody who noted something being still there."""
    graph = Graph.of(revision_map(history))
    made = plan(graph, sorted(at), resolve(target, revision_map(history), graph), "alembic_version")
    mine = _declared(history, target, "team/later", "5", LATE)._replace(database=more.get("database", ""))
    try:
        claims.refuse(made, graph, mine, noted, more.get("claimants", [one.uid for one in noted]), "alembic_version", False)
    except claims.Claimed as claimed:
        return claimed
    return None


def is_refused(*asked: Any, **more: Any) -> bool:
    return _refusal(*asked, **more) is not None


@pytest.mark.parametrize(
    ("history", "declared", "at", "asked", "refused"),
    [
        # On one line, wherever that is now.
        (LINE, "003", {"003"}, "002", True),
        (LINE, "003", {"003"}, "head", True),
        (LINE, "003", {"001"}, "002", True),
        (LINE, "003", {"001"}, "003", False),
        (LINE, "base", set(), "001", True),
        (LINE, "base", {"002"}, "base", False),
        # What merely depends on a head is not against it, and what would take it back is.
        (LINES, "billing@head", {"b2"}, "shipping@head", False),
        (LINES, "billing@b2", {"b2"}, "shipping@head", False),
        (LINES, "billing@b1", {"b1"}, "shipping@head", True),
        (LINES, "shipping@head", {"s2"}, "billing@base", True),
        (LINES, "billing@base", {"s1"}, "shipping@s2", True),
        (LINES, "billing@base", {"s1"}, "shipping@base", False),
        # Of a set each member counts, one that takes its line back as well.
        (LINES, "billing@base, shipping@s1", {"s1"}, "billing@head", True),
        (LINES, "shipping@base, billing@b1", {"b1"}, "shipping@s1", True),
        (LINES, "shipping@base, billing@b1", {"b1"}, "shipping@base", False),
        (LINES, "heads", {"s2"}, "base", True),
        # Forks and merges.
        (FORK, "left", {"left"}, "right", False),
        (FORK, "left", {"left"}, "both", True),
        (FORK, "both", {"both"}, "left", True),
        (FORK, "both", {"both"}, "heads", False),
        (FORK, "west@001", {"001"}, "right", False),
        (FORK, "west@001", {"001"}, "left", True),
        (FORK, "001", {"001"}, "right", True),
    ],
)
def test_a_claim_speaks_of_the_lines_that_its_target_names(
    history: History, declared: str, at: set[str], asked: str, refused: bool
) -> None:
    assert is_refused(history, at, asked, older(history, declared)) is refused


GRAPHS = int(os.environ.get("DBMIGRATION_TEST_GRAPHS", "20000")) // 10


@pytest.mark.parametrize("seed", range(2))
def test_what_is_refused_is_what_would_make_the_older_target_false(seed: int) -> None:
    """From any database where it is true; what is asked for by both never meets a claim."""
    chance, seen = random.Random(seed), {True: 0, False: 0}
    for _ in range(GRAPHS):
        history = random_history(chance)
        declared, asked = random_target(chance, history), random_target(chance, history)
        try:
            start = applied_after(history, below(history, *chance.choices(list(history), k=3)), declared)
            end = applied_after(history, start, asked)
            is_false = applied_after(history, end, declared) != end
            refused = is_refused(history, rows(history, start), asked, older(history, declared))
        except (Unclear, Refusal):
            continue
        assert refused is is_false, (history, declared, asked, start)
        seen[refused] += 1
    assert min(seen.values()) > GRAPHS // 50


def test_what_is_built_upon_a_head_by_a_newer_image_is_against_it() -> None:
    claim = older(history_of(("001", None), ("002", "001")), "head")
    assert is_refused(LINE, {"002"}, "head", claim)


def test_a_revision_that_this_image_does_not_have_may_be_on_any_line() -> None:
    claim = older(LINE, "004")
    former = {revision: node for revision, node in LINE.items() if revision != "004"}
    refusal = _refusal(former, {"003"}, "001", claim)
    assert refusal is not None
    assert "declares 004 for alembic_version, for which this image has no script" in str(refusal)
    assert "Use an image that has it, or delete one of the two" in str(refusal)
    assert not is_refused(former, {"003"}, "head", claim), "there is nothing to be done"


def test_a_line_that_this_image_does_not_have_and_that_is_to_be_gone_is_in_nobodys_way() -> None:
    former = {revision: node for revision, node in LINES.items() if revision[0] == "b"}
    assert not is_refused(former, {"b1"}, "head", older(LINES, "shipping@base"))


def test_what_a_relinked_script_needs_by_now_is_not_forbidden() -> None:
    claim = older(LINE, "002")
    relinked = history_of(("001", None), ("003", "001"), ("002", "003"))
    assert not is_refused(relinked, {"001"}, "002", claim)
    assert is_refused(relinked, {"002"}, "001", claim)


def test_of_what_a_resource_noted_in_several_places_the_newest_counts() -> None:
    stale, moved = older(LINE, "002"), older(LINE, "003")
    moved = moved._replace(attempt=2)
    for noted in ((stale, moved), (moved, stale)):
        assert not is_refused(LINE, {"002"}, "003", *noted)
        assert is_refused(LINE, {"003"}, "002", *noted)


def test_of_a_resource_that_was_made_again_only_the_incarnation_that_lives_counts() -> None:
    gone = _declared(LINE, "001", "team/older", "8", EARLY, version="7")
    assert not is_refused(LINE, {"002"}, "003", gone, older(LINE, "003"), claimants=["9"])
    assert is_refused(LINE, {"002"}, "004", gone, older(LINE, "003"), claimants=["9"])


@pytest.mark.parametrize(("theirs", "ours", "counts"), [("1", "1", True), ("1", "2", False), ("", "2", True), ("1", "", True)])
def test_what_is_noted_in_another_database_counts_only_there(theirs: str, ours: str, counts: bool) -> None:
    claim = older(LINE, "003")._replace(database=theirs)
    assert is_refused(LINE, {"003"}, "002", claim, database=ours) is counts


def test_many_revisions_are_named_by_the_first_of_them() -> None:
    many = history_of(*((f"r{n:02}", None) for n in range(40)))
    told = str(_refusal(many, {"r00"}, "base", older(many, "heads")))
    assert "declares r00, r01, r02, r03, r04, r05 and 34 more" in told
