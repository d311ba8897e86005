"""What a target expression means: revisions to be applied, and what may not stand on top of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from dbmigration.planning.graph import Graph
from dbmigration.reasons import CONFIGURATION_ERROR, MULTIPLE_HEADS, REVISION_NOT_FOUND
from dbmigration.refusal import Refusal

if TYPE_CHECKING:
    from alembic.script.revision import RevisionMap

MARK = "@"
_SHORTEST_PREFIX = 4
_HEADS = ("head", "heads")
_BASE = "base"
_RELATIVE = re.compile(r"(?P<symbol>\w+)?(?P<offset>[+-]\d+)")


class Target(NamedTuple):
    revisions: tuple[str, ...]
    """Absolute ids, sorted; none for `base`."""
    undone: frozenset[str]
    """What builds on the target and therefore has to go, whether it is applied or not."""
    roots: tuple[str, ...] = ()
    """Of what has to go those on which the rest builds, sorted."""

    def held_by(self, rows: Iterable[str], graph: Graph) -> tuple[str, ...]:
        """Those of the rows that say that the target is applied: its revisions, or what implies one of them."""
        known = (row for row in rows if row in graph)
        return tuple(sorted(row for row in known if not graph.ancestors([row]).isdisjoint(self.revisions)))

    def is_exclusive(self, graph: Graph) -> bool:
        """Whether one state alone makes it true: nothing could be applied besides that it does not need or forbid."""
        # What it needs is never among what it forbids.
        return len(graph.ancestors(self.revisions)) + len(self.undone) == len(graph)


def is_instant(expression: str) -> bool:
    """Whether it names one, and not a revision."""
    return expression.startswith(MARK)


def resolve(expression: str, revision_map: RevisionMap, graph: Graph) -> Target:
    return _Resolver(expression, revision_map, graph).target()


class _Resolver:
    """Names are looked up by Alembic; what it takes for granted or overlooks is checked here."""

    def __init__(self, expression: str, revision_map: RevisionMap, graph: Graph) -> None:
        self._expression = expression
        self._map = revision_map
        self._graph = graph

    def target(self) -> Target:
        members = [self._member(part.strip()) for part in self._expression.split(",")]
        revisions = frozenset(revision for wanted, _ in members for revision in wanted)
        undone = frozenset().union(*(undone for _, undone in members))
        self._refuse_contradiction(revisions, undone)
        roots = (revision for revision in undone if undone.isdisjoint(self._graph.parents[revision]))
        return Target(tuple(sorted(revisions)), undone, tuple(sorted(roots)))

    def _member(self, part: str) -> tuple[frozenset[str], frozenset[str]]:
        label, at, rest = part.rpartition("@")
        relative = _RELATIVE.fullmatch(rest)
        if relative is not None and relative.group("symbol") is None:
            raise Refusal(
                REVISION_NOT_FOUND,
                f"target {self._expression!r} counts from wherever the database is, so it means something else each time it "
                "runs. Name the revision that you want, or count from a fixed one, such as head-1.",
            )
        if not rest or (at and not label):
            self._not_found("a name is missing in it" if part else "it is empty, or has a comma too many")
        line = self._graph.line(self._label_start(label)) if label else None
        if rest in _HEADS:
            # Nothing stands on a head, and what depends on it is not to be torn down for it: it only goes up.
            return frozenset(self._heads(label, rest)), frozenset()
        if relative is None:
            found = None if rest == _BASE else self._look_up(label, rest)
        else:
            found = self._walk(label, relative.group("symbol"), int(relative.group("offset")), line)
        following = self._graph.bases if found is None else self._graph.up(found)
        undone = self._graph.descendants(r for r in following if line is None or r in line)
        return frozenset() if found is None else frozenset([found]), frozenset(undone)

    def _label_start(self, label: str) -> str:
        if label in (*_HEADS, _BASE) or "@" in label:
            self._not_found(f"before @ stands a branch label or a revision, and {label!r} is neither")
        return self._look_up("", label)

    def _look_up(self, label: str, name: str) -> str:
        from alembic.script.revision import ResolutionError

        try:
            found = self._map.get_revision(f"{label}@{name}" if label else name)
        except ResolutionError:
            self._not_found(self._why_not(label, name))
        assert found is not None, name
        if len(name) < _SHORTEST_PREFIX and name not in {found.revision, *found.branch_labels}:
            self._not_found(f"an id may be abbreviated to {_SHORTEST_PREFIX} or more characters, and {name!r} is shorter")
        return found.revision

    def _why_not(self, label: str, name: str) -> str:
        # Labels stand among the ids here, as they do for Alembic.
        known = (known for known in self._map._revision_map if isinstance(known, str))
        alike = sorted(one for one in known if one.startswith(name))
        if not alike:
            return f"no revision and no label is called {name!r}, nor does one begin so"
        if name in alike or label:
            return f"{name!r} does not belong to the line of {label!r}, or stands for more than one revision of it"
        return f"{name!r} may be {_listed(alike, ' or ')}"

    def _heads(self, label: str, symbol: str) -> set[str]:
        from alembic.script.revision import MultipleHeads, Revision

        try:
            found = self._map.get_revisions(f"{label}@{symbol}" if label else symbol)
        except MultipleHeads as error:
            raise self._multiple_heads(error.heads, label) from error
        heads = {head.revision for head in found if isinstance(head, Revision)}
        # Of a line's heads one may depend on another one, which it then implies.
        return heads - self._graph.below(heads)

    def _start(self, label: str, symbol: str) -> str | None:
        if symbol in _HEADS:
            heads = self._heads(label, symbol)
            if len(heads) != 1:
                raise self._multiple_heads(heads, label)
            return heads.pop()
        return None if symbol == _BASE else self._look_up(label, symbol)

    def _walk(self, label: str, symbol: str, offset: int, line: set[str] | None) -> str | None:
        # As Alembic does it: a label narrows the start of a way down and every fork of a way up.
        found = self._start(label if offset <= 0 else "", symbol)
        for _ in range(abs(offset)):
            candidates: list[str | None] = []
            if offset > 0:
                above = self._graph.bases if found is None else self._graph.up(found)
                candidates += [revision for revision in above if line is None or revision in line]
            elif found is not None:
                candidates += self._graph.down[found] or [None]
            found = self._only(candidates, found or _BASE, offset)
        return found

    def _only(self, candidates: list[str | None], start: str, offset: int) -> str | None:
        if not candidates:
            self._not_found(f"there is nothing {'above' if offset > 0 else 'below'} {start}")
        if len(candidates) > 1:
            name = "followers" if offset > 0 else "parents"
            several = _listed(sorted(filter(None, candidates)))
            self._not_found(f"{start} has several {name} ({several}), so counting is ambiguous; name the one that you want")
        return candidates[0]

    def _refuse_contradiction(self, revisions: frozenset[str], undone: frozenset[str]) -> None:
        below = self._graph.below(revisions)
        for lower in sorted(revisions & below):
            upper = min(r for r in revisions if r != lower and lower in self._graph.ancestors([r]))
            raise Refusal(
                CONFIGURATION_ERROR,
                f"target {self._expression!r} names both {upper} and {lower}, but {upper} builds on {lower}: name only the one "
                "at which its line should stand.",
            )
        contradicted = (revisions | below) & undone
        if contradicted:
            raise Refusal(
                CONFIGURATION_ERROR,
                f"target {self._expression!r} contradicts itself: one member of the set takes back {min(contradicted)}, which "
                "another needs. Name members of separate lines only.",
            )

    def _multiple_heads(self, heads: Iterable[str], label: str) -> Refusal:
        def named(head: str) -> str:
            path = str(getattr(self._map.get_revision(head), "path", "") or "")
            return f"{head} ({path.rpartition('/')[2]})" if path else head

        some = sorted(heads)
        whose = f"the line of {label!r} has" if label else "the scripts have"
        return Refusal(
            MULTIPLE_HEADS,
            f"target {self._expression!r} means one head, and {whose} {len(some)}: {_listed([named(head) for head in some])}. "
            f'Join them in the project with `alembic merge -m "merge heads" {" ".join(some[:5])}` and build the image again; '
            f"or choose the target `{f'{label}@heads' if label else 'heads'}` for all of them, or one of them by its id.",
        )

    def _not_found(self, why: str) -> NoReturn:
        from difflib import get_close_matches

        words = filter(None, re.split(r"[@,+-]", self._expression))
        near = [match for word in words for match in get_close_matches(word, list(self._graph.down), n=3, cutoff=0.6)]
        hint = f"near it: {', '.join(dict.fromkeys(near))}; " if near else ""
        raise Refusal(
            REVISION_NOT_FOUND,
            f"the scripts of this image have no revision for the target {self._expression!r}: {why} ({hint}"
            f"{len(self._graph)} in all, heads: {_listed(sorted(self._map.heads))}). Correct spec.targetRevision, or use the "
            "image that contains this revision.",
        )


def _listed(names: list[str], between: str = ", ") -> str:
    return between.join(names[:5]) + (", …" if len(names) > 5 else "")
