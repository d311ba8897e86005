"""Which plans ask for approval before they run, and which have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dbmigration.planning import choices
from dbmigration.planning.document import one_of, refuse_unknown, texts, value_of
from dbmigration.planning.plan import Plan

SHORTEST_PREFIX = 8
SHOWN = 12
"""So many characters of a digest are shown to people."""

_HEXADECIMAL = frozenset("0123456789abcdef")


class Approval(NamedTuple):
    rollbacks: str = choices.WHEN_LOSSY
    upgrades: str = choices.NEVER
    plans: tuple[str, ...] = ()
    """Digests, or the first characters of one, at least 8."""
    by: str | None = None
    """Who gave it, for the history."""
    override: str | None = None
    """The reason to run whatever the plan is."""
    overridden: str | None = None
    """The plan for which that was used already, and which it alone is good for then."""
    spent: tuple[str, ...] = ()
    """The first characters of the digests of plans that were run: no other one is called so."""

    def policy_of(self, plan: Plan) -> str:
        return self.upgrades if all(step.is_upgrade for step in plan.steps) else self.rollbacks

    def is_overridden(self, digest: str) -> bool:
        return bool(self.override) and self.overridden in (None, digest)

    def is_given_to(self, digest: str) -> bool:
        return any(is_prefix(text) and digest.startswith(text.lower()) for text in self.plans)


def is_prefix(text: str) -> bool:
    return len(text) >= SHORTEST_PREFIX and _HEXADECIMAL.issuperset(text.lower())


def approval_of(document: Mapping[str, Any] | None) -> Approval | None:
    """None where nothing asks for approval, as in a run by hand."""
    if document is None:
        return None
    refuse_unknown(document, Approval, "approval.")
    words = choices.WHEN_LOSSY, choices.ALWAYS, choices.NEVER
    return Approval(
        rollbacks=one_of(document, "rollbacks", *words),
        upgrades=one_of(document, "upgrades", choices.NEVER, choices.WHEN_LOSSY, choices.ALWAYS),
        plans=texts(document, "plans"),
        by=value_of(document, "by", str, None),
        override=value_of(document, "override", str, None),
        overridden=value_of(document, "overridden", str, None),
        spent=texts(document, "spent"),
    )


def needs_examination(plan: Plan, approval: Approval | None) -> bool:
    """A plan that runs in any case is not looked at, and costs nothing."""
    return bool(plan.steps) and approval is not None and approval.policy_of(plan) != choices.NEVER
