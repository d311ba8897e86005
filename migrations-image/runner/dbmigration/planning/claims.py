"""Two resources that declare different targets for the same lines would undo each other at every edit: the older has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dbmigration.reasons import DATABASE_CLAIMED
from dbmigration.refusal import Refusal

if TYPE_CHECKING:
    from dbmigration.planning.attempts import Attempt
    from dbmigration.planning.graph import Graph
    from dbmigration.planning.plan import Plan


class Claimed(Refusal):
    """An older resource declares something else."""

    def __init__(self, claim: Attempt, message: str) -> None:
        super().__init__(DATABASE_CLAIMED, message)
        self.claim = claim


def refuse(plan: Plan, graph: Graph, mine: Attempt, noted: Iterable[Attempt], claimants: Iterable[str], table: str) -> None:
    """Raises if a step of the plan would take the lines of another resource, older than this one, away from its target."""
    alive = set(claimants)
    claims = (one for one in noted if one.name != mine.name and one.uid in alive)
    for claim in sorted(claims, key=lambda one: one.name):
        if claim.is_of_an_older_resource_than(mine) and _contradicts(plan, graph, claim):
            what = ", ".join(claim.target) or f"nothing of {', '.join(claim.without)}"
            raise Claimed(
                claim,
                f"DatabaseMigration {claim.name} is older than {mine.name} and declares {what} for the same lines of {table}: "
                "nothing was run. Delete one of the two, or let their targets name different lines; this one goes on by "
                "itself when that one is gone or declares the same.",
            )


def _contradicts(plan: Plan, graph: Graph, claim: Attempt) -> bool:
    wanted = [revision for revision in claim.target if revision in graph]
    forbidden = graph.descendants(revision for revision in claim.without if revision in graph)
    for revision in wanted:
        forbidden |= graph.descendants([revision]) - {revision}
    # What the claim does not speak of may move.
    spoken_of = graph.ancestors(wanted) | forbidden
    if all(step.revision not in spoken_of for step in plan.steps):
        return False
    applied = graph.ancestors(plan.after)
    return not applied.issuperset(wanted) or not applied.isdisjoint(forbidden)
