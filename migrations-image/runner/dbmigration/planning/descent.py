"""Who may take revisions back: the one who applied them, or who asks for it. What somebody else applied stays otherwise."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dbmigration.planning.graph import Graph
from dbmigration.planning.plan import Plan
from dbmigration.reasons import REVISION_DRIFTED
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY

_MOST_NAMES = 6

LEFT = "this resource left its database at"
BEGAN = "this attempt, which was here before, began at"


def refuse(
    plan: Plan,
    graph: Graph,
    down_from: Collection[str] | None,
    target: str,
    version_table: str,
    run_before: bool,
    start: str = LEFT,
) -> None:
    """Raises if a step of the plan would take back what was not applied at the rows `down_from`. None allows everything.

    By what is applied and not by the rows themselves: lines that do not go down are nobody's concern, and an attempt that was
    killed on its way down may be gone on with. `start` says whose those rows are, `run_before` whether steps were run
    already, at another version table.
    """
    if down_from is None:
        return
    ours = graph.ancestors(row for row in down_from if row in graph)
    theirs = [step.revision for step in plan.steps if not step.is_upgrade and step.revision not in ours]
    if not theirs:
        return
    unknown = sorted(row for row in down_from if row not in graph)
    count = "1 revision" if len(theirs) == 1 else f"{len(theirs)} revisions"
    if unknown:
        what = f"{count} back ({_listed(theirs)}), and this image has no script for {_listed(unknown)}, so it cannot tell whose"
    elif down_from:
        what = f"{count} back that somebody else applied ({_listed(theirs)})"
    else:
        what = f"{count} back that it is not known to have applied ({_listed(theirs)})"
    # A status that was lost, or an older one that was put back, says of no row that it was left there.
    where = _listed(sorted(down_from)) if down_from else "base, or its status does not say where"
    raise Refusal(
        REVISION_DRIFTED,
        f"{version_table} has {_listed(plan.before)}, and {start} {where}: "
        f"to go to {target!r} from there would take {what}. Nobody asked for that, so nothing {'more ' * run_before}was run. "
        "If the database is right, let the target name where it is; to take them back, with what was written into what they "
        f"made, {RETRY}.",
    )


def _listed(revisions: Sequence[str]) -> str:
    if not revisions:
        return "base"
    more = f" and {len(revisions) - _MOST_NAMES} more" if len(revisions) > _MOST_NAMES else ""
    return ", ".join(revisions[:_MOST_NAMES]) + more
