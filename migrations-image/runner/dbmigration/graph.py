"""The graph of revisions: which builds on which. Pure sets and closures, linear in the size of the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.script.revision import RevisionMap


class Graph:
    """Revision ids with their parents: the down revisions, and apart from these what they depend on."""

    def __init__(self, down: dict[str, tuple[str, ...]], dependencies: dict[str, tuple[str, ...]]) -> None:
        self.down = down
        self.parents = {revision: (*down[revision], *dependencies.get(revision, ())) for revision in down}
        self._up: dict[str, list[str]] = {revision: [] for revision in down}
        self._children: dict[str, list[str]] = {revision: [] for revision in down}
        for revision, parents in down.items():
            for parent in parents:
                self._up[parent].append(revision)
        for revision, parents in self.parents.items():
            for parent in parents:
                self._children[parent].append(revision)

    @classmethod
    def of(cls, revision_map: RevisionMap) -> Graph:
        down: dict[str, tuple[str, ...]] = {}
        dependencies: dict[str, tuple[str, ...]] = {}
        todo = list(reversed(revision_map.heads))
        while todo:
            revision = todo.pop()
            if revision in down:
                continue
            script = revision_map.get_revision(revision)
            assert script is not None, revision
            down[revision] = _ids(script.down_revision)
            todo.extend(reversed(down[revision]))
            if script.dependencies:
                # A dependency may be named by a branch label.
                named = (revision_map.get_revision(name) for name in _ids(script.dependencies))
                dependencies[revision] = tuple(found.revision for found in named if found is not None)
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

    def maximal(self, applied: Collection[str]) -> set[str]:
        """Those on which no other builds: the rows that say that all of these are applied."""
        return {r for r in applied if not any(child in applied for child in self._children[r])}

    def children_in(self, revision: str, applied: Collection[str]) -> list[str]:
        return [child for child in self._children[revision] if child in applied]

    def parents_first(self, revisions: Collection[str]) -> list[str]:
        """In an order in which each comes after all that it builds on, one line after the other."""
        done: set[str] = set()
        order: list[str] = []
        # A stack of our own: 5,000 revisions in a row are deeper than Python's.
        for start in sorted(self.maximal(revisions)):
            stack = [(start, iter(self.parents[start]))]
            while stack:
                revision, parents = stack[-1]
                following = next((p for p in parents if p in revisions and p not in done), None)
                if following is not None:
                    stack.append((following, iter(self.parents[following])))
                    continue
                stack.pop()
                if revision not in done:
                    done.add(revision)
                    order.append(revision)
        return order


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
