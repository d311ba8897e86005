"""Random histories with random targets: branches, merges, several bases, dependencies, labels, needless parents."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any, NamedTuple

from alembic.script.revision import Revision, RevisionMap


class Node(NamedTuple):
    down: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """What it depends on, by id or by label."""
    labels: tuple[str, ...] = ()


History = dict[str, Node]
# Ids that look alike, so that prefixes are ambiguous, are those of labels, or are too short.
_LETTERS = "aab01"


def revision_map(history: History) -> RevisionMap:
    def generate() -> Any:
        for revision, node in history.items():
            made = Revision(revision, node.down or None, node.needs or None, node.labels or None)
            made.module = SimpleNamespace(upgrade=None, downgrade=None)  # type: ignore[attr-defined]
            made.doc = ""  # type: ignore[attr-defined]
            yield made

    return RevisionMap(generate)


def history_of(*revisions: tuple[Any, ...]) -> History:
    """From (id, down, depends_on, label), as the scripts would say it."""

    def several(value: Any) -> tuple[str, ...]:
        return () if value is None else (value,) if isinstance(value, str) else tuple(value)

    return {revision[0]: Node(*map(several, revision[1:])) for revision in revisions}


def random_history(chance: random.Random) -> History:
    """In half of these no parent is an ancestor of another one, as `alembic revision` and `alembic merge` write them."""
    tidy = chance.random() < 0.5
    history: History = {}
    above: dict[str, set[str]] = {}
    labels: list[str] = []
    for _ in range(chance.randrange(2, 13)):
        revision = _name(chance, history, labels)
        earlier = list(history)
        count = min(len(earlier), chance.choices([0, 1, 2, 3], [12, 70, 15, 3])[0])
        down = chance.sample(earlier[-5:], min(count, 5, len(earlier)))
        needs = [chance.choice(earlier)] if earlier and chance.random() < 0.2 else []
        if tidy:
            down = _antichain(down, above)
            needs = [need for need in needs if not any(need in above[d] or d in above[need] for d in down)]
        needs = [need for need in needs if need not in down]
        above[revision] = {revision}.union(*(above[parent] for parent in (*down, *needs)))
        own: list[str] = []
        if chance.random() < 0.2:
            own.append(_name(chance, {**history, revision: Node()}, labels))
            labels += own
        # A dependency may be named by the label of a revision.
        named = tuple(chance.choice([need, *history[need].labels]) for need in needs)
        history[revision] = Node(tuple(down), named, tuple(own))
    return history


def _name(chance: random.Random, history: History, labels: list[str]) -> str:
    while True:
        name = "".join(chance.choices(_LETTERS, k=chance.randrange(2, 8)))
        if name not in history and name not in labels:
            return name


def _antichain(candidates: list[str], above: dict[str, set[str]]) -> list[str]:
    chosen: list[str] = []
    for candidate in candidates:
        if not any(candidate in above[c] or c in above[candidate] for c in chosen):
            chosen.append(candidate)
    return chosen


def random_target(chance: random.Random, history: History) -> str:
    count = chance.choices([1, 2, 3], [85, 12, 3])[0]
    return chance.choice([",", ", "]).join(_member(chance, history) for _ in range(count))


def _member(chance: random.Random, history: History) -> str:
    labels = [label for node in history.values() for label in node.labels]
    label = chance.choice([*labels, *labels, *labels, chance.choice(list(history)), "nosuch"])
    symbol = chance.choice(
        [chance.choice(list(history)), *labels[:1], "head", "head", "heads", "base", _prefix(chance, history)]
    )
    form = chance.choices(["id", "symbol", "label@symbol", "relative", "label@relative", "odd"], [25, 25, 25, 15, 9, 1])[0]
    offset = chance.choice("+--") + str(chance.choices([0, 1, 2, 3, 9], [1, 9, 4, 2, 1])[0])
    return {
        "id": chance.choice(list(history)),
        "symbol": symbol,
        "label@symbol": f"{label}@{symbol}",
        "relative": symbol + offset,
        "label@relative": f"{label}@{symbol}{offset}",
        "odd": chance.choice(["", "@", f"{symbol}-1x", f"@{symbol}", f"{label}@", "00", f"{label}@{label}@head", "base@head"]),
    }[form]


def _prefix(chance: random.Random, history: History) -> str:
    name = chance.choice(list(history))
    return name[: chance.randrange(2, len(name) + 1)]


def random_rows(chance: random.Random, history: History) -> set[str]:
    """The rows of a database to which up to four revisions, with all that they build on, were applied."""
    from tests.definition import below, rows

    return rows(history, below(history, *chance.choices(list(history), k=chance.randrange(0, 5))))


def line(length: int) -> History:
    return {f"r{n:04}": Node((f"r{n - 1:04}",) if n else ()) for n in range(length)}


def diamonds(count: int) -> History:
    """Forks and merges one upon the other."""
    history: History = {"m0000": Node()}
    for n in range(1, count + 1):
        fork = (f"m{n - 1:04}",)
        history.update({f"a{n:04}": Node(fork), f"b{n:04}": Node(fork), f"m{n:04}": Node((f"a{n:04}", f"b{n:04}"))})
    return history
