"""Whether a plan that was looked at may run now, and what is told where it may not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from dbmigration.planning import choices
from dbmigration.planning.approval import SHORTEST_PREFIX, SHOWN, Approval, is_prefix
from dbmigration.planning.plan import Plan
from dbmigration.reasons import APPROVAL_REQUIRED, PLANNED, REVISION_DRIFTED
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY

if TYPE_CHECKING:
    from dbmigration.planning.examination import Examination

# So that the remedy, which stands behind it, is never cut off.
_LONGEST_LIST = 380
# Of several version tables.
_LONGEST_OF_ONE = 150
_LONGEST_OF_ALL = 600
_MOST_NAMES = 4
_SPENT = "spec.approval.override has served a migration already, as dbmigrations.history says, and serves one. "
_WAYS = {"Upgrade": "up", "Downgrade": "down", "Mixed": "down and up"}


def refusal(
    plan: Plan,
    examined: Examination,
    approval: Approval,
    table: str,
    run_before: bool,
    has_served: Callable[[str], bool],
) -> Refusal | None:
    """None unless the plan has to be approved first. `run_before` says whether steps were run already, at another version
    table; `has_served` whether an override has been used up, which is asked only where one would be used."""
    policy = approval.policy_of(plan)
    asks = policy == choices.ALWAYS or (policy == choices.WHEN_LOSSY and examined.is_lossy)
    if not asks or approval.is_given_to(examined.digest):
        return None
    override = approval.override if approval.is_overridden(examined.digest) else None
    is_spent = override is not None and has_served(override)
    if override is not None and not is_spent:
        return None
    name = examined.name
    return Refusal(
        APPROVAL_REQUIRED,
        f"plan {name} takes {_way(plan, table)} and {_losses(examined)}. Nothing {'more ' * run_before}was run. "
        f"{_SPENT * is_spent}{_other(approval)}To go on, approve this plan: set spec.approval.plan to {name}, or annotate the "
        f"resource with dbmigrations.io/approve={name}; or set the target back.",
    )


def planned(found: Sequence[tuple[str, Plan, Examination]]) -> Refusal:
    """The answer to whoever asked for nothing but the plan, of each version table that has one. What deletes comes first."""
    longest = _LONGEST_LIST if len(found) == 1 else _LONGEST_OF_ONE
    ordered = sorted(found, key=lambda one: not one[2].is_lossy)
    told = [f"plan {made.name} would take {_way(plan, table)} and {_losses(made, longest)}" for table, plan, made in ordered]
    number = _fitting(told)
    left = [made for _, _, made in ordered[number:]]
    more = ""
    if left:
        lossy = sum(made.is_lossy for made in left)
        would = f"of which {lossy} would delete something, or may" if lossy else "which would delete nothing"
        more = f"; and the plans of {len(left)} more version tables, {would}"
    return Refusal(PLANNED, f"{'; '.join(told[:number])}{more}. Nothing was run, because only the plan was asked for.")


def _fitting(told: list[str]) -> int:
    """How many of these, at least one."""
    number, room = 1, _LONGEST_OF_ALL - len(told[0])
    while number < len(told) and len(told[number]) <= room:
        room -= len(told[number])
        number += 1
    return number


def refuse_steps(plan: Plan, target: str, table: str) -> None:
    """Raises if there is anything to do, where only a check was asked for."""
    if plan.steps:
        count = "a step" if len(plan.steps) == 1 else f"{len(plan.steps)} steps"
        raise Refusal(
            REVISION_DRIFTED,
            f"{table} is not where the target {target!r} wants it: it would take {count} {_WAYS[plan.direction]}. This Job "
            "only looks, so nothing was run. If somebody else migrated the database on purpose, let the target say so; if "
            f"not, {RETRY}.",
        )


def _way(plan: Plan, table: str) -> str:
    steps = "a step" if len(plan.steps) == 1 else f"{len(plan.steps)} steps"
    return f"{table} from {_rows(plan.before)} {_WAYS[plan.direction]} to {_rows(plan.after)} in {steps}"


def _losses(examined: Examination, longest: int = _LONGEST_LIST) -> str:
    known = [loss.words for loss in examined.losses if loss.is_known]
    unknown = [loss.words for loss in examined.losses if not loss.is_known]
    if not examined.is_lossy:
        return "would delete nothing"
    told = [f"would delete {_listed(known, ', ', longest)}"] if known else []
    if unknown:
        cannot = "may delete more than can be" if known else "what it would delete cannot be"
        told.append(f"{cannot} told beforehand: {_listed(unknown, '; ', longest)}")
    return ", and ".join(told)


def _other(approval: Approval) -> str:
    useless = [text for text in approval.plans if not is_prefix(text)]
    if useless:
        return (
            f"What was approved, {useless[0][:SHOWN]!r}, names no plan: that takes {SHORTEST_PREFIX} or more hexadecimal "
            "characters. "
        )
    others = [text[:SHOWN] for text in approval.plans]
    if not others:
        return ""
    are = "which is another plan" if len(others) == 1 else "which are other plans"
    return (
        f"Approved was {_listed(others, ', ')}, {are}: what would run, or from where, has changed since. If nobody changed "
        "anything, a script, or what it imports, makes other SQL in each process, such as with a random value: make it the "
        "same each time, or set spec.approval.override to a reason. "
    )


def _listed(items: list[str], separator: str, longest: int = _LONGEST_LIST) -> str:
    text = items[0][:longest]
    for number, item in enumerate(items[1:], 1):
        longer = text + separator + item
        if len(longer) > longest:
            return f"{text} and {len(items) - number} more"
        text = longer
    return text


def _rows(rows: Iterable[str]) -> str:
    some = sorted(rows)
    if not some:
        return "base"
    return ", ".join(some[:_MOST_NAMES]) + (f" and {len(some) - _MOST_NAMES} more" if len(some) > _MOST_NAMES else "")
