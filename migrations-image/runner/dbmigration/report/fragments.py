"""Finds pieces of secrets in a text: each character of it is looked at a few times, whatever it and they consist of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dbmigration.report import unbroken
from dbmigration.report.common_words import COMMON_WORDS
from dbmigration.report.spelling import LONG, base64_spellings, spellings

# So many characters in a row of a secret are hidden wherever they stand.
SHORTEST = 4
# Of what is hardly secret, such as an address: pieces of it are words of the language. And of a key, of which a smaller one
# tells nothing.
_SHORTEST_OF_LARGE_PIECES = 12
# Fewer characters of Base64 hold less than SHORTEST ones of the secret, and some make a word of the language by chance.
_SHORTEST_OF_BASE64 = 6
# A longer one, such as hardly a host has, is hidden like everything else.
_LONGEST_NAME = 128
# Nor is a longer word looked through for where it ends.
_LONGEST_VOUCHED = 1_000
_LONGEST_COMMON_WORD = max(map(len, COMMON_WORDS))
# So many characters of a secret in the id of a revision or in a digest are no coincidence: of 64 hexadecimal ones this would be
# one in a million.
_NO_COINCIDENCE = 8

Span = tuple[int, int]


@dataclass
class _Pieces:
    """Those of one length, of secrets that are treated alike."""

    length: int
    folded: bool
    """Whether capitals count as small letters: a host's name is made small, a sentence begins with a capital."""
    leaves_sentences: bool = False
    found: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        for form in {_folded(text), _folded(text) if self.folded else text}:
            self.add_exact(form)

    def add_exact(self, text: str) -> None:
        self.found.update(piece for piece in _windows(text, self.length) if not piece.isspace())

    def places(self, text: str, among: Iterable[int] | None = None) -> list[int]:
        """Where they begin, of all places or of these."""
        if not self.found:
            return []
        text = _folded(text) if self.folded else text
        found, length = self.found, self.length
        # Nearly all of the time that it takes to mask a text is spent here.
        return [
            place
            for place in (range(len(text) - length + 1) if among is None else among)
            if text[place : place + length] in found
        ]

    def spans(self, places: Iterable[int]) -> Iterator[Span]:
        return _merged((place, place + self.length) for place in places)


class Vouched:
    """Words that have a few characters of secrets by chance alone, and may be shown as the whole words that they are."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.longest = 0

    def add(self, words: Iterable[str]) -> None:
        # Another thread may be reading those that there were.
        self.words = self.words.union(word for word in words if len(word) <= _LONGEST_VOUCHED)
        self.longest = max(map(len, self.words), default=0)


class Fragments:
    def __init__(self, vouched: Vouched) -> None:
        self._names: set[str] = set()
        self._vouched = vouched
        self._whole: set[str] = set()
        """Each secret in each of its spellings."""
        self._said: dict[str, tuple[bool, bool]] = {}
        """Of words that are vouched for, what they say of these."""
        self._secret = _Pieces(SHORTEST, folded=True)
        self._common = _Pieces(SHORTEST, folded=True, leaves_sentences=True)
        # Of thousands of characters some make a word by chance, the more so without regard to capitals: they are looked for
        # as they are, and made small.
        self._long = _Pieces(SHORTEST, folded=False, leaves_sentences=True)
        self._large = _Pieces(_SHORTEST_OF_LARGE_PIECES, folded=True)
        self._base64 = _Pieces(_SHORTEST_OF_BASE64, folded=False)

    def add(self, value: str, in_large_pieces: bool = False) -> None:
        pieces = self._secret
        if in_large_pieces:
            pieces = self._large
        elif len(value) > LONG:
            pieces = self._long
        elif _folded(value) in COMMON_WORDS:
            pieces = self._common
        self._said = {}
        for text in spellings(value):
            self._whole.add(_folded(text))
            pieces.add(text)
            if any(map(str.isspace, text)):
                pieces.add(" ".join(text.split()))
                pieces.add("".join(text.split()))
        for text in base64_spellings(value):
            self._whole.add(_folded(text))
            if in_large_pieces or len(text) < _SHORTEST_OF_BASE64:
                pieces.add(text)
            else:
                self._base64.add_exact(text)

    def except_for(self, names: Iterable[str]) -> None:
        """These may be shown, where they stand by themselves and as they are."""
        self._names.update(_folded(name) for name in names if len(name) <= _LONGEST_NAME)

    def spans(self, text: str) -> list[Span]:
        """Where they stand, in their order, those that touch as one."""
        found: dict[tuple[Span, bool], bool] = {}
        views = unbroken.views(text)
        for pieces in self._all():
            for span in self._spans_of(pieces, text, views):
                case = span, pieces.leaves_sentences
                if case not in found:
                    found[case] = self._may_stand(text, *case)
        return list(_merged(sorted(span for (span, _), may_stand in found.items() if not may_stand)))

    @staticmethod
    def _spans_of(pieces: _Pieces, text: str, views: Iterable[unbroken.View]) -> Iterator[Span]:
        places = pieces.places(text)
        for start, end in pieces.spans(places):
            yield _stripped(text, start, end)
        for view in views:
            if text.isascii():
                inside = {at for place in places if (at := view.at(place, pieces.length)) is not None}
                places_there: Iterable[int] = sorted(inside.union(pieces.places(view.text, view.seams(pieces.length))))
            else:
                # Of some letters it depends on their neighbours how they are made small.
                places_there = pieces.places(view.text)
            for start, end in pieces.spans(places_there):
                first, last = _stripped(view.text, start, end)
                yield view.of(first), view.of(last - 1) + 1

    def _may_stand(self, text: str, span: Span, in_sentence: bool) -> bool:
        """Whether it is no more than the name of something, a word of a sentence, or a part of one that is vouched for."""
        if self._is_in_a_vouched_word(text, span):
            return True
        if in_sentence:
            start, end = _word(text, span, "", _LONGEST_COMMON_WORD)
            if _folded(text[start:end]) in COMMON_WORDS and _ends(text, start, end):
                return True
        longest = max(map(len, self._names), default=0)
        for joints in ("", "-", ".", ".-"):
            start, end = _word(text, span, joints, longest)
            # A full stop behind it is the sentence's.
            while end > span[1] and text[end - 1] in joints:
                end -= 1
            if _folded(text[start:end]) in self._names and not _in_a_login(text, start, end):
                return True
        return False

    def _is_in_a_vouched_word(self, text: str, span: Span) -> bool:
        start, end = _word(text, span, "", self._vouched.longest)
        word = text[start:end]
        if word not in self._vouched.words or _in_a_login(text, start, end):
            return False
        # Another thread may learn of a secret meanwhile, and then none of this counts any more.
        said = self._said
        if word not in said:
            said[word] = _said_of(_folded(word), tuple(self._whole))
        tells, is_piece = said[word]
        # What is nothing but a piece may have been cut out of the secret, unless it stands as a word of the runner's own does.
        return not tells and (not is_piece or _ends(text, start, end))

    def _all(self) -> tuple[_Pieces, ...]:
        return self._secret, self._common, self._long, self._large, self._base64


def _said_of(word: str, secrets: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether it has a secret as a whole, or more of one than there is by chance; and whether it is a piece of one."""
    pieces = list(_windows(word, _NO_COINCIDENCE))
    tells = any(
        any(piece in whole for piece in pieces) or (SHORTEST <= len(whole) < _NO_COINCIDENCE and whole in word)
        for whole in secrets
    )
    return tells, any(word in whole for whole in secrets)


def _stripped(text: str, start: int, end: int) -> Span:
    """Without the space around it."""
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return start, end


def _windows(text: str, length: int) -> Iterator[str]:
    return (text[place : place + length] for place in range(len(text) - length + 1))


def _folded(text: str) -> str:
    small = text.lower()
    # Some capitals become two letters; places in the text have to stay what they are.
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _word(text: str, span: Span, joints: str, longest: int) -> Span:
    """What it is a part of, as far as it has to be known: one character more than the longest there is."""
    start, end = span
    while start > 0 and end - start <= longest and _is_of_word(text[start - 1], joints):
        start -= 1
    while end < len(text) and end - start <= longest and _is_of_word(text[end], joints):
        end += 1
    return start, end


def _is_of_word(character: str, joints: str) -> bool:
    return character.isalnum() or character == "_" or character in joints


def _ends(text: str, start: int, end: int) -> bool:
    """Whether it stands in a sentence as words do, and is not quoted or a part of something."""
    before, behind = text[max(0, start - 1) : start], text[end : end + 2]
    if before and not before.isspace() and before != "(":
        return False
    return not behind or behind[0].isspace() or (behind[0] in ".,;:)!?" and not behind[1:].strip(" \n)"))


def _in_a_login(text: str, start: int, end: int) -> bool:
    """Whether a password may stand here, whole or cut, or what a parser took for something else."""
    before, behind = text[max(0, start - 3) : start], text[end : end + 3]
    after_colon = before.endswith(":") and not text[start:end].isdigit()
    return after_colon or behind.startswith(("@", "…", "...")) or before.endswith(("…", "..."))


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    start = end = -1
    for first, last in spans:
        if first > end:
            if end > 0:
                yield start, end
            start = first
        end = max(end, last)
    if end > 0:
        yield start, end
