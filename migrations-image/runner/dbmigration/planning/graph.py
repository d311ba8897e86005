"""The graph of revisions: which builds on which. Pure sets and closures, linear in the size of the graph."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.script.revision import RevisionMap


class Graph:
    """Revision ids with their parents: the down revisions, and apart from these what they depend on."""

    def __init__(self, down: dict[str, tuple[str, ...]], dependencies: dict[str, tuple[str, ...]]) -> None:
        self.down = down
        self.parents = {**down, **{revision: (*down[revision], *needed) for revision, needed in dependencies.items()}}
        self._up = _reversed(down)
        self._children = _reversed(self.parents) if dependencies else self._up

    @classmethod
    def of(cls, revision_map: RevisionMap) -> Graph:
        down: dict[str, tuple[str, ...]] = {}
        dependencies: dict[str, tuple[str, ...]] = {}
        known = revision_map._revision_map
        # Labels stand there beside the ids, and None for base.
        for script in filter(None, known.values()):
            down[script.revision] = _ids(script.down_revision)
            if script.dependencies:
                # A dependency may be named by a branch label.
                named = (known[name] for name in _ids(script.dependencies))
                dependencies[script.revision] = tuple(found.revision for found in named if found is not None)
        return cls(down, dependencies)

    def __contains__(self, revision: str) -> bool:
        return revision in self.down

    def __len__(self) -> int:
        return len(self.down)

    @property
    def bases(self) -> list[str]:
        return [revision for revision, parents in self.down.items() if not parents]

    def up(self, revision: str) -> list[str]:
        """Those whose down revision this is: its continuation, without what merely depends on it."""
        return self._up[revision]

    def line(self, revision: str) -> set[str]:
        """What leads to it and what continues it by down revisions alone."""
        return _closure([revision], self.down) | _closure([revision], self._up)

    def ancestors(self, revisions: Iterable[str]) -> set[str]:
        """These and all that they build on: what is applied when these are."""
        return _closure(revisions, self.parents)

    def descendants(self, revisions: Iterable[str]) -> set[str]:
        """These and all that builds on them."""
        return _closure(revisions, self._children)

    def below(self, revisions: Iterable[str]) -> set[str]:
        """All that these build on; one of them only if another one builds on it."""
        return self.ancestors(parent for revision in revisions for parent in self.parents[revision])

    def maximal(self, applied: AbstractSet[str]) -> set[str]:
        """Those on which no other builds: the rows that say that all of these are applied."""
        return {revision for revision in applied if applied.isdisjoint(self._children[revision])}

    def is_row(self, revision: str, applied: AbstractSet[str]) -> bool:
        """Whether nothing of what is applied builds on it."""
        return applied.isdisjoint(self._children[revision])

    def parents_first(self, revisions: AbstractSet[str]) -> list[str]:
        """In an order in which each comes after all that it builds on, one line after the other."""
        done: set[str] = set()
        order: list[str] = []
        # A stack of our own: 5,000 revisions in a row are deeper than Python's.
        stack = sorted(self.maximal(revisions), reverse=True)
        while stack:
            revision = stack[-1]
            missing = [p for p in self.parents[revision] if p in revisions and p not in done]
            if missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            if revision not in done:
                done.add(revision)
                order.append(revision)
        return order


def _reversed(edges: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {revision: [] for revision in edges}
    for revision, others in edges.items():
        for other in others:
            found[other].append(revision)
    return found


def _closure(start: Iterable[str], edges: dict[str, tuple[str, ...]] | dict[str, list[str]]) -> set[str]:
    found = set(start)
    todo = list(found)
    while todo:
        for revision in edges[todo.pop()]:
            if revision not in found:
                found.add(revision)
                todo.append(revision)
    return found


def _ids(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
