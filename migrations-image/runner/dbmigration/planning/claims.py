"""Two resources that declare different targets for the same lines would undo each other at every edit: the older has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dbmigration.planning import attempts
from dbmigration.reasons import DATABASE_CLAIMED
from dbmigration.refusal import Refusal

if TYPE_CHECKING:
    from dbmigration.planning.attempts import Attempt
    from dbmigration.planning.graph import Graph
    from dbmigration.planning.plan import Plan

_MOST_NAMES = 6


class Claimed(Refusal):
    """An older resource declares something else."""

    def __init__(self, claim: Attempt, message: str) -> None:
        super().__init__(DATABASE_CLAIMED, message)
        self.claim = claim


def refuse(
    plan: Plan, graph: Graph, mine: Attempt, noted: Iterable[Attempt], claimants: Iterable[str], table: str, run_before: bool
) -> None:
    """Raises if a step of the plan would take the lines of another resource, older than this one, away from its target.

    `run_before` says whether steps were run already, at another version table.
    """
    for claim in _claims(mine, noted, claimants):
        if claim.is_of_an_older_resource_than(mine) and _contradicts(plan, graph, claim):
            declared, remedy = _declared(graph, claim, table)
            raise Claimed(
                claim,
                f"DatabaseMigration {claim.name} is {_precedence(claim, mine)} and declares {declared}: "
                f"nothing {'more ' * run_before}was run. {remedy}; this one goes on by itself when that one is gone or "
                "declares the same.",
            )


def _precedence(claim: Attempt, mine: Attempt) -> str:
    return f"as old as {mine.name}, before it by name," if claim.is_as_old_as(mine) else f"older than {mine.name}"


def _claims(mine: Attempt, noted: Iterable[Attempt], claimants: Iterable[str]) -> Iterable[Attempt]:
    """What each of the other resources that live noted last, wherever it noted it."""
    alive = set(claimants)
    others = [one for one in noted if one.name != mine.name and one.uid in alive and not one.is_of_another_database_than(mine)]
    newest = (attempts.newest(others, name) for name in sorted({one.name for one in others}))
    return (claim for claim in newest if claim is not None)


def _contradicts(plan: Plan, graph: Graph, claim: Attempt) -> bool:
    if _unknown(graph, claim):
        # It may be on any line. Where it is applied already, the database is ahead of this image as a whole.
        return bool(plan.steps)
    needed = graph.ancestors(claim.target)
    forbidden = graph.descendants(_forbidden_roots(graph, claim)) - needed
    # What the claim does not speak of may move.
    spoken_of = needed | forbidden
    if all(step.revision not in spoken_of for step in plan.steps):
        return False
    applied = graph.ancestors(plan.after)
    return not applied.issuperset(needed) or not applied.isdisjoint(forbidden)


def _forbidden_roots(graph: Graph, claim: Attempt) -> Iterable[str]:
    yield from (revision for revision in claim.without if revision in graph)
    for revision in claim.target:
        following = graph.up(revision)
        # A head of the claim's image, that scripts were added to since.
        if not set(claim.without).intersection(following):
            yield from following


def _unknown(graph: Graph, claim: Attempt) -> list[str]:
    return [revision for revision in claim.target if revision not in graph]


def _declared(graph: Graph, claim: Attempt, table: str) -> tuple[str, str]:
    """What it is, and what can be done about it."""
    unknown = _unknown(graph, claim)
    if unknown:
        what = f"{_listed(unknown)} for {table}, for which this image has no script, so it may stand on the same lines"
        return what, "Use an image that has it, or delete one of the two"
    what = _listed(claim.target) if claim.target else f"nothing of {_listed(claim.without)}"
    return f"{what} for the same lines of {table}", "Delete one of the two, or let their targets name different lines"


def _listed(names: Iterable[str]) -> str:
    some = list(names)
    more = f" and {len(some) - _MOST_NAMES} more" if len(some) > _MOST_NAMES else ""
    return ", ".join(some[:_MOST_NAMES]) + more
