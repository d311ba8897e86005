"""What a target expression means: revisions to be applied, and what may not stand on top of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbmigration.graph import Graph
from dbmigration.refusal import CONFIGURATION_ERROR, MULTIPLE_HEADS, REVISION_NOT_FOUND, Refusal

if TYPE_CHECKING:
    from alembic.script.revision import Revision, RevisionMap

_SHORTEST_PREFIX = 4
_RELATIVE = re.compile(r"(?:(?P<label>[^@]+)@)?(?P<symbol>\w+)?(?P<offset>[+-]\d+)")


@dataclass(frozen=True)
class Target:
    revisions: tuple[str, ...]
    """Absolute ids, sorted; none for `base`."""
    undone: frozenset[str]
    """What builds on the target and therefore has to go, whether it is applied or not."""


def resolve(expression: str, revision_map: RevisionMap, graph: Graph) -> Target:
    members = [_member(part.strip(), expression, revision_map, graph) for part in expression.split(",")]
    revisions = frozenset(revision for applied, _ in members for revision in applied)
    undone = frozenset().union(*(undone for _, undone in members))
    _refuse_contradiction(expression, revisions, undone, graph)
    return Target(tuple(sorted(revisions)), undone)


def _member(part: str, expression: str, revision_map: RevisionMap, graph: Graph) -> tuple[frozenset[str], frozenset[str]]:
    relative = _RELATIVE.fullmatch(part)
    try:
        if not part:
            raise _not_found(expression, "it is empty", graph, revision_map)
        # A revision may be called like a relative expression, were it not that Alembic forbids + and - in ids.
        if relative:
            found = _walk(expression, relative, revision_map, graph)
            return _one(found, relative.group("label"), revision_map, graph)
        label, _, symbol = part.rpartition("@")
        if symbol in ("head", "heads"):
            heads = revision_map.get_revisions(part)
            if not heads:
                raise _not_found(expression, f"no head belongs to {label!r}", graph, revision_map)
            # Nothing stands on a head, and what depends on it is not to be torn down for it: it only goes up.
            return frozenset(head.revision for head in heads if head is not None and head != "base"), frozenset()
        found = revision_map.get_revision(part)
        if found is not None and len(symbol) < _SHORTEST_PREFIX and symbol not in {found.revision, *found.branch_labels}:
            why = f"an id may be abbreviated to {_SHORTEST_PREFIX} or more characters, and {symbol!r} is shorter"
            raise _not_found(expression, why, graph, revision_map)
        return _one(found, label, revision_map, graph)
    except Refusal:
        raise
    except Exception as error:
        raise _translated(error, expression, revision_map, graph) from error


def _one(
    revision: Revision | None, label: str | None, revision_map: RevisionMap, graph: Graph
) -> tuple[frozenset[str], frozenset[str]]:
    applied: list[str] = [] if revision is None else [revision.revision]
    following = graph.bases if revision is None else graph.up(revision.revision)
    if label:
        labelled = revision_map.get_revision(label)
        assert labelled is not None, label
        following = [r for r in following if r in graph.line(labelled.revision)]
    return frozenset(applied), frozenset(graph.descendants(following))


def _walk(expression: str, relative: re.Match[str], revision_map: RevisionMap, graph: Graph) -> Revision | None:
    label, symbol, offset = relative.group("label"), relative.group("symbol"), int(relative.group("offset"))
    if symbol is None:
        raise Refusal(
            REVISION_NOT_FOUND,
            f"target {expression!r} counts from wherever the database is, so it means something else each time it runs. "
            "Name the revision that you want, or count from a fixed one, such as head-1.",
        )
    # As Alembic does it: a label narrows the start of a way down and every fork of a way up.
    revision = revision_map.get_revision(f"{label}@{symbol}" if label and offset < 0 else symbol)
    for _ in range(abs(offset)):
        if offset > 0:
            candidates = graph.bases if revision is None else graph.up(revision.revision)
            if label:
                candidates = list(revision_map.filter_for_lineage(candidates, label))
        elif revision is None:
            candidates = []
        else:
            candidates = list(graph.down[revision.revision])
            if not candidates:
                revision = None
                continue
        start = "base" if revision is None else revision.revision
        if not candidates:
            raise _not_found(expression, f"there is nothing {'above' if offset > 0 else 'below'} {start}", graph, revision_map)
        if len(candidates) > 1:
            raise _not_found(
                expression,
                f"{start} has several {'followers' if offset > 0 else 'parents'} ({', '.join(sorted(candidates))}), so "
                "counting is ambiguous",
                graph,
                revision_map,
            )
        revision = revision_map.get_revision(candidates[0])
    return revision


def _refuse_contradiction(expression: str, revisions: frozenset[str], undone: frozenset[str], graph: Graph) -> None:
    below = graph.ancestors(parent for revision in revisions for parent in graph.parents[revision])
    for lower in sorted(revisions & below):
        upper = min(r for r in revisions if r != lower and lower in graph.ancestors([r]))
        raise Refusal(
            CONFIGURATION_ERROR,
            f"target {expression!r} names both {upper} and {lower}, but {upper} builds on {lower}: name only the one at "
            "which its line should stand.",
        )
    contradicted = (revisions | below) & undone
    if contradicted:
        raise Refusal(
            CONFIGURATION_ERROR,
            f"target {expression!r} contradicts itself: one member of the set takes back {min(contradicted)}, which another "
            "needs. Name members of separate lines only.",
        )


def _translated(error: Exception, expression: str, revision_map: RevisionMap, graph: Graph) -> Refusal:
    from alembic.script.revision import MultipleHeads, ResolutionError, RevisionError

    if isinstance(error, MultipleHeads):
        return _multiple_heads(expression, tuple(error.heads), revision_map)
    if isinstance(error, ResolutionError):
        return _not_found(expression, str(error.args[0]), graph, revision_map)
    if isinstance(error, RevisionError):
        return _not_found(expression, str(error), graph, revision_map)
    raise error


def _multiple_heads(expression: str, heads: tuple[str, ...], revision_map: RevisionMap) -> Refusal:
    def named(head: str) -> str:
        script = revision_map.get_revision(head)
        path = str(getattr(script, "path", "") or "")
        return f"{head} ({path.rpartition('/')[2]})" if path else head

    some = sorted(heads)
    listed = ", ".join(named(head) for head in some[:5]) + (", …" if len(some) > 5 else "")
    return Refusal(
        MULTIPLE_HEADS,
        f"target {expression!r} means one head, and the scripts have {len(heads)}: {listed}. Join them in the project with "
        f'`alembic merge -m "merge heads" {" ".join(some[:5])}` and build the image again; or choose the target `heads` '
        "for all of them, or one of them by its id.",
    )


def _not_found(expression: str, why: str, graph: Graph, revision_map: RevisionMap) -> Refusal:
    from difflib import get_close_matches

    words = re.split(r"[@,+-]", expression)
    near = [match for word in words if word for match in get_close_matches(word, list(graph.down), n=3, cutoff=0.6)]
    heads = sorted(revision_map.heads)
    hint = f"near it: {', '.join(dict.fromkeys(near))}; " if near else ""
    listed = ", ".join(heads[:5]) + (", …" if len(heads) > 5 else "")
    return Refusal(
        REVISION_NOT_FOUND,
        f"the scripts of this image have no revision for the target {expression!r}: {why} ({hint}{len(graph)} in all, "
        f"heads: {listed}). Correct spec.targetRevision, or use the image that contains this revision.",
    )
