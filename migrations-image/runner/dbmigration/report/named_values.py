"""Values behind the name of a secret, in whatever way a text puts the two together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbmigration.report.setting_names import WORDS, is_secret, names_one

Span = tuple[int, int]

_QUOTED = r"""'' [^']+ '' | ' [^'\\]* (?: (?:\\.|'') [^'\\]* )* ' | " [^"\\]* (?: \\. [^"\\]* )* " """
_BEHIND = "(?: (?<=word|tial) s | (?: [_-]?access )? [_-]?(?:key|hash|value)s? | _(?-i:[A-Z0-9_]{1,40}) )?"
# The words alone, or with a little behind them, and any name of an environment. Between them and what they name stands a sign,
# or a blank before a quote.
NAMED = re.compile(
    rf"""(?ix)
        (?: (?:{WORDS}) {_BEHIND}
            ['"]? \s* (?: (?: :=|=>|[=:] ) \s* | \s(?=') )
          | \b(?: sig | (?:x-\w{{2,5}}-)?signature ) = )
        (?P<value> {_QUOTED} | [^\s,;&)'"]+ )"""
)
# With anything behind the words, as a column may be called: then only what stands in quotes, or between brackets.
_LONGER = re.compile(
    rf"""(?ix) (?P<name> (?:{WORDS}) [\w-]{{0,40}} ) (?: ['"] \s* : \s* (?= ['"{{[] ) | \s* = \s* (?= ['"] ) )
        (?P<value> {_QUOTED} | [{{[] )"""
)
_ELEMENT = re.compile(rf"(?i)(?:{WORDS})[\w-]{{0,40}}>(?P<value>[^<>]{{1,500}})</")
_PAIR = re.compile(rf"(?ix) (?:{WORDS}) {_BEHIND} (?P<quote>['\"]) \s* , \s* (?P<value> {_QUOTED} ) \s* \)")
# Of a name that somebody has cut nobody can tell.
_CUT = re.compile(rf"(?x) (?:\.\.\.|…) [\w-]{{1,60}} ['\"] \s* : \s* (?P<value> {_QUOTED} | [^\s,;&)}}'\"]+ )")
# Of a vault and others, whose tokens begin with their kind, and of what is signed.
_TOKEN = re.compile(
    r"\b(?:hv[sbr]\.|gh[oprsu]_|github_pat_|glpat-|xox[abprs]-)[\w-]{8,}|\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]+)?"
)
_BRACKETS = {"{": "}", "[": "]"}
# Of what stands between them.
_FAR = 500
# Of a name in front of the word that tells.
_LONGEST_NAME = 60
_SIGNS_OF_A_NAME = "_-."


def named(text: str) -> Iterator[Span]:
    if names_one(text):
        for found in NAMED.finditer(text):
            yield _whole(text, *found.span("value"))
        for found in _LONGER.finditer(text):
            if is_secret(found.group("name")):
                yield _whole(text, *found.span("value"))
        yield from (found.span("value") for found in _ELEMENT.finditer(text))
        yield from (found.span("value") for found in _PAIR.finditer(text) if _begins_pair(text, found))
    elif "sig" in text.lower():
        yield from (found.span("value") for found in NAMED.finditer(text))
    yield from (found.span("value") for found in _CUT.finditer(text))
    yield from (found.span() for found in _TOKEN.finditer(text))
    yield from _quoted_in_complaints(text)


def _quoted_in_complaints(text: str) -> Iterator[Span]:
    # Most texts are none.
    if "input_value=" in text:
        from dbmigration.report import validation_inputs

        yield from validation_inputs.spans(text)
    if ")=(" in text or "Failing row" in text:
        from dbmigration.report import server_details

        yield from server_details.spans(text)


def _whole(text: str, start: int, end: int) -> Span:
    """Up to the bracket that closes, or to the end of the line where somebody has cut it."""
    closing = _BRACKETS.get(text[start])
    if closing is None:
        return start, end
    depth = 0
    for place in range(start, min(len(text), start + _FAR)):
        if text[place] == "\n":
            return start, max(place, end)
        depth += (text[place] == text[start]) - (text[place] == closing)
        if depth == 0:
            return start, max(place + 1, end)
    return start, max(min(len(text), start + _FAR), end)


def _begins_pair(text: str, found: re.Match[str]) -> bool:
    """Whether it is the first of two between parentheses, which are none of a call or of SQL's IN."""
    place = found.start()
    while (
        place > 0
        and found.start() - place < _LONGEST_NAME
        and (text[place - 1].isalnum() or text[place - 1] in _SIGNS_OF_A_NAME)
    ):
        place -= 1
    if text[max(0, place - 2) : place] != f"({found.group('quote')}":
        return False
    before = text[max(0, place - 6) : place - 2]
    return not before[-1:].isalnum() and before[-1:] != "_" and not before.lower().rstrip().endswith(" in")
