"""Statements that wait for other transactions by their nature, behind a lock that lets the application work on.

A lock timeout would only make them fail, and leave an invalid index.
"""

from __future__ import annotations

from dbmigration.sql.lexer import folded
from dbmigration.sql.phrase import Phrase
from dbmigration.sql.splitter import Statement

_REINDEXED = frozenset(("index", "table", "schema", "database", "system"))
_NAMES = frozenset(("concurrently", '"concurrently"'))
_YES = frozenset(("true", "on", "1"))


def is_concurrent(statement: Statement) -> bool:
    phrase = Phrase(statement)
    if phrase.take("create"):
        phrase.take("unique")
        return phrase.take("index", "concurrently")
    if phrase.take("reindex"):
        asked = _among_options(phrase)
        return phrase.take_one_of(_REINDEXED) and (phrase.take("concurrently") or asked)
    return phrase.take("drop", "index", "concurrently") or (phrase.take("alter", "table") and _detaches(phrase))


def _among_options(phrase: Phrase) -> bool:
    """As in REINDEX (VERBOSE, CONCURRENTLY FALSE); the last one counts."""
    asked = False
    if phrase.take("("):
        option: list[str] = []
        while option[-1:] != [")"] and not phrase.ended:
            written = folded(phrase.skip() or "")
            if written not in (",", ")"):
                option.append(written)
                continue
            if option and (option[0] in _NAMES or option[0].startswith('u&"')):
                asked = option[0] in _NAMES and (not option[1:] or _is_yes(option[1:]))
            option = [")"] if written == ")" else []
    return asked


def _is_yes(value: list[str]) -> bool:
    """A word, a name in quotes, a number or a string of any form. One with escapes may mean anything, and so counts as no."""
    written = value[0].lower()
    for prefix in ("e", "u&"):
        written = written[len(prefix) :] if written.startswith((f"{prefix}'", f'{prefix}"')) else written
    return len(value) == 1 and written.strip("'\"$") in _YES


def _detaches(phrase: Phrase) -> bool:
    phrase.take("if", "exists")
    only = phrase.take("only")
    parenthesis = only and phrase.take("(")
    if phrase.qualified_name() is None:
        return False
    if parenthesis:
        phrase.take(")")
    phrase.take("*")
    return phrase.take("detach", "partition") and phrase.qualified_name() is not None and phrase.take("concurrently")
