"""A text as it was before somebody broke its lines: within a word, or at its spaces."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

# Any but a single blank.
_BREAK = re.compile(r"(?: (?=\s)|[^\S ])\s*")


class View:
    """What is left of a text in pieces as they were, and where these stand in it and here."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._here: list[int] = []
        self._there: list[int] = []
        self._lengths: list[int] = []
        """Of the pieces; none of what was put in place of others."""
        self.text = ""

    def add(self, piece: str, place: int, as_it_was: bool = True) -> None:
        if piece:
            self._here.append(self._length)
            self._there.append(place)
            self._lengths.append(len(piece) if as_it_was else 0)
            self._pieces.append(piece)
            self._length += len(piece)

    def close(self) -> View:
        self.text = "".join(self._pieces)
        self._pieces = []
        return self

    def of(self, place: int) -> int:
        """Where in the text it is."""
        number = bisect_right(self._here, place) - 1
        return self._there[number] + place - self._here[number]

    def at(self, place: int, length: int) -> int | None:
        """Where something of the text is here; None where it is in no piece as a whole."""
        number = bisect_right(self._there, place) - 1
        behind = place - self._there[number] if number >= 0 else 0
        if number < 0 or behind + length > self._lengths[number]:
            return None
        return self._here[number] + behind

    def seams(self, length: int) -> Sequence[int]:
        """Where something of this length may begin that is in no piece as a whole."""
        found: list[int] = []
        done = 0
        for start, kept in zip(self._here, self._lengths):
            end = start if kept else start + 1
            found.extend(range(max(done, start - length + 1), end))
            done = end
        return found


def views(text: str) -> Sequence[View]:
    """Nothing of one whose lines nobody has broken."""
    return [view.close() for view in _made(text)] if "\n" in text or "  " in text else []


def _made(text: str) -> Iterator[View]:
    joined, spaced = View(), View()
    done = done_spaced = 0
    for space in _BREAK.finditer(text):
        start, end = space.span()
        if "\n" in space.group():
            joined.add(text[done:start], done)
            done = end
        spaced.add(text[done_spaced:start], done_spaced)
        spaced.add(" ", start, as_it_was=False)
        done_spaced = end
    joined.add(text[done:], done)
    spaced.add(text[done_spaced:], done_spaced)
    yield joined
    yield spaced
