"""What each form of a target means, step by step, and which are refused."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.script.revision import Revision, RevisionMap

from dbmigration.planning.graph import Graph
from dbmigration.planning.plan import Plan, plan
from dbmigration.planning.target import resolve
from dbmigration.refusal import Refusal


def _map(*revisions: tuple[Any, ...]) -> RevisionMap:
    return RevisionMap(lambda: [Revision(*revision) for revision in revisions])


def _plan(revision_map: RevisionMap, rows: set[str], target: str) -> Plan:
    graph = Graph.of(revision_map)
    return plan(graph, rows, resolve(target, revision_map, graph), "public.alembic_version")


def _steps(made: Plan) -> list[str]:
    return [("+" if step.is_upgrade else "-") + step.revision for step in made.steps]


LINE = _map(("0001", None), ("0002", "0001"), ("0003", "0002"), ("0004", "0003"))
# 0001 - a0002 - a0003 (label a) and 0001 - b0002 (label b), and a base of its own, net, that needs a0002.
FOREST = _map(
    ("0001", None),
    ("a0002", "0001", None, "a"),
    ("a0003", "a0002"),
    ("b0002", "0001", None, "b"),
    ("n0001", None, None, "net"),
    ("n0002", "n0001", "a0002"),
)
MERGE = _map(("0001", None), ("left", "0001"), ("right", "0001"), ("both", ("left", "right")), ("0005", "both"))
# A line a, on whose head the line net depends: `heads` means the head of net alone, `head` means none.
EFFECTIVE = _map(("a001", None, None, "a"), ("a002", "a001"), ("n001", None, None, "net"), ("n002", "n001", "a002"))
# Ids and labels that look alike, and ids of unusual characters, of which Alembic forbids only @ - + and :
ALIKE = _map(
    ("abcd1", None),
    ("abcd2", "abcd1", None, "abcdef"),
    ("abcd", "abcd2"),
    ("v1.2/ü x", "abcd"),
    ("123", "v1.2/ü x", None, "main"),
    ("maintenance", "123"),
    ("Abcd9", "maintenance"),
)


@pytest.mark.parametrize(
    ("revision_map", "rows", "target", "steps", "after"),
    [
        (LINE, {"0002"}, "head", ["+0003", "+0004"], {"0004"}),
        (LINE, {"0004"}, "0002", ["-0004", "-0003"], {"0002"}),
        (LINE, {"0004"}, "0004", [], {"0004"}),
        (LINE, {"0004"}, "base", ["-0004", "-0003", "-0002", "-0001"], set()),
        (LINE, set(), "base", [], set()),
        (LINE, {"0004"}, "head-2", ["-0004", "-0003"], {"0002"}),
        (LINE, {"0001"}, "head-2", ["+0002"], {"0002"}),
        (LINE, {"0001"}, "0002+1", ["+0002", "+0003"], {"0003"}),
        (LINE, set(), "base+2", ["+0001", "+0002"], {"0002"}),
        (LINE, {"0002"}, "0002-2", ["-0002", "-0001"], set()),
        (MERGE, {"0005"}, "left", ["-0005", "-both"], {"left", "right"}),
        (MERGE, {"left"}, "both", ["+right", "+both"], {"both"}),
        (MERGE, {"left", "right"}, "left", [], {"left", "right"}),
        (MERGE, {"0005"}, "0001", ["-0005", "-both", "-right", "-left"], {"0001"}),
        (FOREST, {"a0003", "b0002"}, "a0002", ["-a0003"], {"a0002", "b0002"}),
        (FOREST, {"b0002"}, "a@head", ["+a0002", "+a0003"], {"a0003", "b0002"}),
        (FOREST, {"a0003", "b0002"}, "a@0001", ["-a0003", "-a0002"], {"b0002"}),
        (FOREST, {"a0003", "b0002"}, "0001", ["-b0002", "-a0003", "-a0002"], {"0001"}),
        (FOREST, {"a0003", "b0002"}, "a", ["-a0003"], {"a0002", "b0002"}),
        (FOREST, {"a0003"}, "a@head-1", ["-a0003"], {"a0002"}),
        (FOREST, {"0001"}, "a@0001+1", ["+a0002"], {"a0002"}),
        (FOREST, set(), "net@head", ["+n0001", "+0001", "+a0002", "+n0002"], {"n0002"}),
        (FOREST, {"n0002"}, "net@base", ["-n0002", "-n0001"], {"a0002"}),
        # What depends on a revision goes before the revision does.
        (FOREST, {"n0002"}, "0001", ["-n0002", "-a0002"], {"0001", "n0001"}),
        (FOREST, {"n0002"}, "a0002", [], {"n0002"}),
        (FOREST, {"0001"}, "a0003,b0002", ["+a0002", "+a0003", "+b0002"], {"a0003", "b0002"}),
        (FOREST, {"a0003"}, "a0002, b0002", ["-a0003", "+b0002"], {"a0002", "b0002"}),
        (FOREST, {"n0001", "b0002"}, "net@base,b0002", ["-n0001"], {"b0002"}),
        (FOREST, set(), "heads", None, {"a0003", "b0002", "n0002"}),
        (FOREST, {"a0003", "b0002", "n0002"}, "heads", [], {"a0003", "b0002", "n0002"}),
        (LINE, {"0004"}, "heads-1", ["-0004"], {"0003"}),
        (LINE, {"0004"}, "0003+0", ["-0004"], {"0003"}),
        (LINE, {"0002"}, "0001-1", ["-0002", "-0001"], set()),
        (MERGE, {"0005"}, "head-1", ["-0005"], {"both"}),
        (MERGE, set(), "left+1", ["+0001", "+left", "+right", "+both"], {"both"}),
        (FOREST, {"0001"}, "a+1", ["+a0002", "+a0003"], {"a0003"}),
        (FOREST, {"a0003"}, "a-1", ["-a0003", "-a0002"], {"0001"}),
        (FOREST, {"0001"}, "b@0001+1", ["+b0002"], {"b0002"}),
        (FOREST, {"a0003", "b0002"}, "a@a0003-2", ["-a0003", "-a0002"], {"b0002"}),
        (FOREST, set(), "net@base+1", ["+n0001"], {"n0001"}),
        # A revision stands for its line as a label does.
        (FOREST, {"b0002"}, "a0002@head", ["+a0002", "+a0003"], {"a0003", "b0002"}),
        (FOREST, {"a0003", "b0002"}, "a0003@base", ["-b0002", "-a0003", "-a0002", "-0001"], set()),
        # The base of a line that shares it with another one is the base of both, and of what needs them.
        (FOREST, {"a0003", "b0002", "n0002"}, "b@base", None, {"n0001"}),
        (FOREST, {"a0002"}, "a0002,a0002, a", [], {"a0002"}),
        (FOREST, set(), "a@head,b,net@n0001", None, {"a0003", "b0002", "n0001"}),
        (FOREST, {"0001"}, "heads,b@head", None, {"a0003", "b0002", "n0002"}),
        (FOREST, {"a0003"}, "base,base", ["-a0003", "-a0002", "-0001"], set()),
        (LINE, {"0001"}, "head,0004,head-0", ["+0002", "+0003", "+0004"], {"0004"}),
        (EFFECTIVE, set(), "heads", ["+n001", "+a001", "+a002", "+n002"], {"n002"}),
        (EFFECTIVE, {"n002"}, "heads", [], {"n002"}),
        (EFFECTIVE, {"n002"}, "a@head", [], {"n002"}),
        (EFFECTIVE, {"n002"}, "a002", [], {"n002"}),
        (EFFECTIVE, {"n002"}, "a001", ["-n002", "-a002"], {"a001", "n001"}),
        (EFFECTIVE, {"n002"}, "net@head-1", ["-n002"], {"a002", "n001"}),
        # The exact name wins over those that begin with it, and letters keep their case.
        (ALIKE, set(), "abcd", None, {"abcd"}),
        (ALIKE, set(), "abcde", None, {"abcd2"}),
        (ALIKE, set(), "main", None, {"123"}),
        (ALIKE, set(), "maint", None, {"maintenance"}),
        (ALIKE, set(), "123", None, {"123"}),
        (ALIKE, set(), "123-1", None, {"v1.2/ü x"}),
        (ALIKE, set(), "v1.2/ü x", None, {"v1.2/ü x"}),
        (ALIKE, set(), "v1.2", None, {"v1.2/ü x"}),
        (ALIKE, set(), "Abcd", None, {"Abcd9"}),
    ],
)
def test_a_target_is_reached_by_these_steps(
    revision_map: RevisionMap, rows: set[str], target: str, steps: list[str] | None, after: set[str]
) -> None:
    made = _plan(revision_map, rows, target)
    if steps is not None:
        assert _steps(made) == steps
    assert set(made.after) == after


@pytest.mark.parametrize(
    ("revision_map", "rows", "target", "reason"),
    [
        (LINE, {"0009"}, "head", "DatabaseAhead"),
        (LINE, {"0004", "0009"}, "0001", "DatabaseAhead"),
        (LINE, {"0002", "0004"}, "head", "InvalidScripts"),
        (FOREST, set(), "head", "MultipleHeads"),
        (FOREST, set(), "head-1", "MultipleHeads"),
        (FOREST, set(), "0001+1", "RevisionNotFound"),
        (MERGE, {"both"}, "both-1", "RevisionNotFound"),
        (FOREST, set(), "b@a0003", "RevisionNotFound"),
        (FOREST, set(), "0001,a0003", "ConfigurationError"),
        (FOREST, set(), "a0002,n0002", "ConfigurationError"),
        (FOREST, set(), "base,a0003", "ConfigurationError"),
        (FOREST, set(), "a@base,n0002", "ConfigurationError"),
        (FOREST, set(), "heads,a0002", "ConfigurationError"),
        (EFFECTIVE, set(), "heads,a002", "ConfigurationError"),
        (EFFECTIVE, set(), "head", "MultipleHeads"),
        (FOREST, set(), "heads-1", "MultipleHeads"),
        (FOREST, set(), "0001@head", "MultipleHeads"),
        (FOREST, set(), "-1", "RevisionNotFound"),
        (FOREST, set(), "a@+1", "RevisionNotFound"),
        (LINE, set(), "head+1", "RevisionNotFound"),
        (LINE, set(), "0001-2", "RevisionNotFound"),
        (LINE, set(), "base-1", "RevisionNotFound"),
        (LINE, set(), "head-99999999999", "RevisionNotFound"),
        (LINE, set(), "0004-1x", "RevisionNotFound"),
        (LINE, set(), "2026-01-11", "RevisionNotFound"),
        (FOREST, set(), "base+1", "RevisionNotFound"),
        (FOREST, set(), "n0001@a0002+1", "RevisionNotFound"),
        (FOREST, set(), "net@0001", "RevisionNotFound"),
        (FOREST, set(), "b@a0003+0", "RevisionNotFound"),
        (FOREST, set(), "nosuch", "RevisionNotFound"),
        (FOREST, set(), "nosuch@head", "RevisionNotFound"),
        (LINE, set(), "nosuch@base", "RevisionNotFound"),
        (LINE, set(), "base@head", "RevisionNotFound"),
        (LINE, set(), "head@head", "RevisionNotFound"),
        (FOREST, set(), "a@b@head", "RevisionNotFound"),
        (LINE, set(), "@head", "RevisionNotFound"),
        (FOREST, set(), "a@", "RevisionNotFound"),
        (LINE, set(), "", "RevisionNotFound"),
        (LINE, set(), " ", "RevisionNotFound"),
        (LINE, set(), ",", "RevisionNotFound"),
        (LINE, set(), "0004,", "RevisionNotFound"),
        (LINE, set(), "0001,,0004", "RevisionNotFound"),
        (LINE, set(), "Head", "RevisionNotFound"),
        (LINE, set(), "000", "RevisionNotFound"),
        (ALIKE, set(), "abc", "RevisionNotFound"),
        (ALIKE, set(), "Abc-1", "RevisionNotFound"),
        (ALIKE, set(), "Abc@head", "RevisionNotFound"),
        (ALIKE, set(), "v1.2/ü x-1", "RevisionNotFound"),
    ],
)
def test_a_target_that_cannot_be_reached_is_refused(
    revision_map: RevisionMap, rows: set[str], target: str, reason: str
) -> None:
    with pytest.raises(Refusal) as refused:
        _plan(revision_map, rows, target)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("wxy", "an id may be abbreviated to 4 or more characters, and 'wxy' is shorter"),
        ("xyz", "no revision and no label is called 'xyz', nor does one begin so"),
        ("abc1", "'abc1' may be abc1_one or abc1_two"),
        ("wxyz@abc2", "'abc2' does not belong to the line of 'wxyz'"),
        ("wxyz@abc2_x", "'abc2_x' does not belong to the line of 'wxyz'"),
        ("-1", "counts from wherever the database is"),
        ("+1", "counts from wherever the database is"),
        ("line@-1", "counts from wherever the database is"),
        ("abc1_two-9", "nothing below base"),
        ("abc1_one+9", "nothing above abc1_two"),
        ("base+1", "base has several followers (abc2_x, wxyz), so counting is ambiguous; name the one that you want"),
        ("nosuch@head", "no revision and no label is called 'nosuch'"),
        ("nosuch@base", "no revision and no label is called 'nosuch'"),
        ("base@head", "before @ stands a branch label or a revision, and 'base' is neither"),
        ("wxyz@", "a name is missing in it"),
        ("", "it is empty, or has a comma too many"),
        ("abc1_one,", "it is empty, or has a comma too many"),
        ("2026-01-11", "no revision and no label is called '2026-01-11'"),
    ],
)
def test_a_target_that_means_nothing_says_why(target: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        _plan(_map(("wxyz", None), ("abc1_one", "wxyz"), ("abc1_two", "abc1_one"), ("abc2_x", None)), set(), target)
    assert refused.value.reason == "RevisionNotFound"
    assert why in refused.value.message


@pytest.mark.parametrize(("down", "up", "direction"), [("a0002", "b0002", "Mixed"), ("a0002", "a0002", "Downgrade")])
def test_a_plan_that_takes_anything_back_says_so(down: str, up: str, direction: str) -> None:
    target = down if down == up else f"{down},{up}"
    assert _plan(FOREST, {"a0003"}, target).direction == direction
