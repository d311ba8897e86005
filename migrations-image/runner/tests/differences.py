"""Where the runner and Alembic part, and which defect of Alembic explains it."""

from __future__ import annotations

import re

from alembic.script.revision import MultipleHeads, RangeNotAncestorError, ResolutionError, RevisionError, RevisionMap

from dbmigration.planning import bookkeeping
from dbmigration.planning.graph import Graph
from dbmigration.planning.plan import Plan, plan
from dbmigration.planning.target import resolve
from dbmigration.reasons import INVALID_SCRIPTS
from dbmigration.refusal import Refusal
from tests import definition
from tests.alembic_alone import Left, Rows, upgraded_and_downgraded
from tests.definition import Unclear, applied_after, below, rows
from tests.graphs import History

TABLE = "public.alembic_version"
# What Alembic gets wrong or cannot do, each with its own test in test_where_alembic_errs.py.
NEEDLESS_PARENT = "it miscounts the rows where a parent is an ancestor of another one"
DENIES_DEPENDENCY = "downgrade denies what is applied as a dependency only"
HEADS_HAVE_NO_WAY_DOWN = "downgrade heads fails where there are several"
LABEL_OF_HEAD_FORGOTTEN = "downgrade label@head forgets the label"
LABEL_OF_PREFIX_FORGOTTEN = "downgrade label@prefix forgets the label"
LINE_LOST_BEHIND_LABEL = "downgrade label@revision loses the line above the label"
HEADS_OVERLAP = "upgrade label@heads fails where one head depends on another"
BASE_NOT_REACHED_BY_COUNTING = "upgrade first-1 and base+0 fail"
BELOW_BASE_IS_HEAD = "base-1 counts from the head"
LABEL_NOT_LOOKED_UP = "a label that does not exist is ignored before @base and @head"
REST_IGNORED = "what follows a relative expression is ignored"
SHORT_PREFIX = "a prefix of fewer than four characters is taken"
# No defect: Alembic's commands know no sets.
SET_OF_ONE_LINE = "a set names two revisions of one line"


def outcome_of(revision_map: RevisionMap, at: set[str], target: str) -> Plan | Refusal:
    """The runner's answer, as far as it needs no database."""
    graph = Graph.of(revision_map)
    try:
        made = plan(graph, at, resolve(target, revision_map, graph), TABLE)
        bookkeeping.check(made, graph, revision_map, TABLE)
    except Refusal as refusal:
        return refusal
    return made


def difference(history: History, revision_map: RevisionMap, at: set[str], target: str) -> str | None:
    """None where runner and Alembic agree; AssertionError where neither is explained."""
    applied = below(history, *at)
    made = outcome_of(revision_map, at, target)
    left = upgraded_and_downgraded(revision_map, at, applied, target)
    try:
        wanted: set[str] | None = applied_after(history, applied, target)
    except Unclear:
        wanted = None

    def where() -> str:
        return f"{history}\nfrom {sorted(at)} to {target!r}\nrunner: {made!r}\nAlembic: {left}\ndefinition: {wanted}"

    if isinstance(made, Refusal):
        if made.reason == INVALID_SCRIPTS:
            # Ours may go another way than Alembic's detour, which miscounts nothing or something else.
            assert has_needless_parent(history), where()
            return NEEDLESS_PARENT
        assert wanted is None, where()
        if left.error is not None:
            return None
        found = _taken_by_alembic_alone(history, target)
    else:
        assert wanted is not None, where()
        assert set(made.after) == rows(history, wanted), where()
        _is_carried_out(history, revision_map, applied, made, wanted)
        if left.error is None and left.rows == set(made.after) and left.applied == wanted:
            return None
        found = _not_reached_by_alembic(history, left)
    assert found is not None, where()
    return found


def _is_carried_out(history: History, revision_map: RevisionMap, applied: set[str], made: Plan, wanted: set[str]) -> None:
    """Each step stands on what it builds on, no step is a detour, and Alembic keeps the rows that the plan foretells."""
    state, keeper = set(applied), Rows(made.before)
    for step in made.steps:
        if step.is_upgrade:
            assert definition.parents(history, step.revision) <= state, step
            state.add(step.revision)
        else:
            state.remove(step.revision)
            assert not any(step.revision in definition.parents(history, other) for other in state), step
        keeper.step(revision_map, revision_map.get_revision(step.revision), step.is_upgrade)
        assert keeper.heads == step.rows == rows(history, state), (history, made, step)
    assert state == wanted, (history, made)
    assert len(made.steps) == len(applied ^ wanted), (history, made)


def has_needless_parent(history: History) -> bool:
    def needless(revision: str) -> bool:
        above = definition.parents(history, revision)
        return any(a in below(history, b) for a in above for b in above if a != b)

    return any(map(needless, history))


def _not_reached_by_alembic(history: History, left: Left) -> str | None:
    error, label, symbol = left.error, *left.member.rpartition("@")[::2]
    wanted, undone = definition.member(history, left.member)
    if left.miscounted or (error is None and left.rows != rows(history, left.applied)):
        return NEEDLESS_PARENT if has_needless_parent(history) else None
    if left.command == "upgrade":
        if isinstance(error, AssertionError) and re.search(r"[+-]\d+$", symbol) and not wanted:
            return BASE_NOT_REACHED_BY_COUNTING
        overlap = isinstance(error, MultipleHeads) or (isinstance(error, RevisionError) and "overlaps" in str(error))
        if overlap and label and symbol.startswith("heads"):
            return HEADS_OVERLAP
        return None
    if isinstance(error, RangeNotAncestorError) and wanted <= left.applied and not undone & left.applied:
        return DENIES_DEPENDENCY
    if isinstance(error, MultipleHeads) and symbol == "heads" and len(error.heads) > 1:
        return HEADS_HAVE_NO_WAY_DOWN
    if isinstance(error, MultipleHeads) and label and symbol.startswith("head"):
        return LABEL_OF_HEAD_FORGOTTEN
    if isinstance(error, ResolutionError) and label and sum(name.startswith(symbol) for name in _names(history)) > 1:
        return LABEL_OF_PREFIX_FORGOTTEN
    if isinstance(error, RevisionError) and "Not a valid downgrade target" in str(error) and label:
        return LINE_LOST_BEHIND_LABEL
    return None


def _taken_by_alembic_alone(history: History, target: str) -> str | None:
    members = [member.strip() for member in target.split(",")]
    unclear = [member for member in members if _is_unclear(history, member)]
    if not unclear:
        return SET_OF_ONE_LINE if len(members) > 1 else None
    found = None
    for member in unclear:
        label, at, symbol = member.rpartition("@")
        relative = re.match(r"(\w+)-\d+", symbol)
        if at and (not label or _is_unclear(history, label) or label in ("base", "head", "heads")):
            found = LABEL_NOT_LOOKED_UP
        elif relative and relative[0] != symbol:
            found = REST_IGNORED
        elif relative and relative[1] == "base":
            found = BELOW_BASE_IS_HEAD
        elif any(len(part) < 4 and part not in _names(history) for part in re.split(r"@|[+-]\d+", member) if part):
            found = SHORT_PREFIX
        else:
            return None
    return found


def _is_unclear(history: History, member: str) -> bool:
    try:
        definition.member(history, member)
    except Unclear:
        return True
    return False


def _names(history: History) -> set[str]:
    return {*history, *(label for node in history.values() for label in node.labels)}
