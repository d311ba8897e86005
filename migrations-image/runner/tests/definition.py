"""What a target means, written from the definition alone: no word of it is shared with the runner or with Alembic."""

from __future__ import annotations

import re

from tests.graphs import History


class Unclear(Exception):
    """The expression does not say which state is meant."""


def applied_after(history: History, applied: set[str], target: str) -> set[str]:
    """T is applied, nothing that continues T is, nor what needs such a continuation; everything else stays."""
    members = [member(history, part.strip()) for part in target.split(",")]
    named = {revision for wanted, _ in members for revision in wanted}
    gone = set().union(*(undone for _, undone in members))
    if any(a != b and a in below(history, b) for a in named for b in named) or below(history, *named) & gone:
        raise Unclear(target)
    return (applied | below(history, *named)) - gone


def member(history: History, text: str) -> tuple[set[str], set[str]]:
    label, at, rest = text.rpartition("@")
    line = _line(history, _named(history, label, set(history))) if at else set(history)
    if rest in ("head", "heads"):
        return _heads(history, line, rest), set()
    relative = re.fullmatch(r"(\w+)([+-]\d+)", rest)
    symbol, offset = (relative[1], int(relative[2])) if relative else (rest, 0)
    # A label narrows what counting down begins with, and each fork of counting up.
    found = _start(history, symbol, line if offset <= 0 else set(history))
    for _ in range(abs(offset)):
        found = _only([*_next(history, found) & line] if offset > 0 else _parents(history, found))
    undone = {r for r in history if below(history, r) & _next(history, found) & line}
    return {found} - {None}, undone  # type: ignore[return-value]


def _start(history: History, symbol: str, line: set[str]) -> str | None:
    if symbol in ("head", "heads"):
        return _only([*_heads(history, line, symbol)])
    return None if symbol == "base" else _named(history, symbol, line)


def _heads(history: History, line: set[str], symbol: str) -> set[str]:
    heads = {r for r in line if not _next(history, r)}
    if symbol == "head" and len(heads) != 1:
        raise Unclear(symbol)
    return {head for head in heads if not any(head in below(history, other) for other in heads - {head})}


def _named(history: History, name: str, line: set[str]) -> str:
    names = {revision: revision for revision in history}
    names.update({label: revision for revision, node in history.items() for label in node.labels})
    found = [names[name]] if name in names else [names[n] for n in names if n.startswith(name) and names[n] in line]
    if len(found) != 1 or found[0] not in line or (name not in names and len(name) < 4):
        raise Unclear(name)
    return found[0]


def _next(history: History, revision: str | None) -> set[str]:
    return {r for r, node in history.items() if revision in node.down or (revision is None and not node.down)}


def _parents(history: History, revision: str | None) -> list[str | None]:
    return [] if revision is None else [*history[revision].down] or [None]


def _only(candidates: list[str | None]) -> str | None:
    if len(candidates) != 1:
        raise Unclear(str(candidates))
    return candidates[0]


def _line(history: History, revision: str) -> set[str]:
    def down(r: str) -> set[str]:
        return {r}.union(*map(down, history[r].down))

    return down(revision) | {r for r in history if revision in down(r)}


def parents(history: History, revision: str) -> set[str]:
    node = history[revision]
    if not node.needs:
        return {*node.down}
    by_label = {label: r for r, other in history.items() for label in other.labels}
    return {*node.down, *(by_label.get(need, need) for need in node.needs)}


def below(history: History, *revisions: str) -> set[str]:
    """These and all that they build on."""
    found: set[str] = set()
    todo = list(revisions)
    while todo:
        revision = todo.pop()
        if revision not in found:
            found.add(revision)
            todo += parents(history, revision)
    return found


def rows(history: History, applied: set[str]) -> set[str]:
    """Those of the applied ones on which no other applied one builds."""
    return applied - {parent for revision in applied for parent in parents(history, revision)}
