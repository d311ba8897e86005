"""What a statement string does, as far as its text says so. It may hold several statements, and drivers send it as one.

What cannot be lexed, and what nobody here knows, counts as what is safe: it has an effect, and it is not concurrent.
"""

from __future__ import annotations

import sys
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from dbmigration.sql.concurrent_statement import is_concurrent
from dbmigration.sql.lexer import Kind, Token, content, tokens, word
from dbmigration.sql.savepoint import Savepoint, savepoint
from dbmigration.sql.splitter import Statement, statements

_LONGEST_HEAD = 80
_UNNAMED = "a statement"
_PIECE = 1 << 20
_WITHOUT_EFFECT = frozenset(("set", "reset", "discard", "deallocate", "show", "lock", "savepoint", "release"))
_BEGINNING = frozenset(("begin", "start"))
_CATALOGS = frozenset(("pg_catalog", "information_schema"))
_FORGETTING = frozenset(("reset", "discard", "deallocate"))
_UNLOCKS = "pg_advisory_unlock_all"
# A name with escapes may be any name.
_LIMITS = frozenset(("lock_timeout", "set_config", 'u&"'))
_INDEX = "index"
_MENTIONS = _LIMITS | _FORGETTING | {_UNLOCKS, _INDEX}
_LONGEST_MENTION = 32
_ENDING = frozenset(("commit", "end", "rollback", "abort"))
# To a savepoint, and of a transaction that was prepared.
_CONTINUES = frozenset(("to", "prepared"))
_VALUES = (Kind.STRING, Kind.NUMBER, Kind.BROKEN)
_SIGNS = " ~!@#^&|`?+-*/%<>=,.:["


class Turn(Enum):
    """What a statement does to the transaction."""

    BEGIN = "begins one"
    COMMIT = "commits it"
    ROLLBACK = "takes it back"


class Script(NamedTuple):
    """All statements of one string."""

    concurrent: bool
    """It waits for other transactions by its nature, behind a lock that lets the application work on. Only a single
    statement does: the server refuses such a one together with others."""
    acts: tuple[Turn | Savepoint | str, ...]
    """In their order: the turns of the transaction, its savepoints, and the heads of the statements that have an effect."""
    limits: bool
    """The lock timeout may be another one afterwards."""
    forgets: bool
    """The session does not know any more what it was told, or has given up its lock."""
    ends_first: bool
    """It begins with the end of a transaction, as it has to in one that failed."""
    mentions_index: bool
    midway: int
    """So many of the acts end with a COMMIT after which it goes on: if it fails, these may be committed all the same."""

    @property
    def effects(self) -> list[str]:
        return [act for act in self.acts if isinstance(act, str)]

    @property
    def commits(self) -> bool:
        return Turn.COMMIT in self.acts


# Before it runs, after it and when it is told of, it is the same one.
@lru_cache(maxsize=1)
def read(text: str) -> Script:
    mentioned = _mentioned(text)
    limits = not mentioned.isdisjoint(_LIMITS)
    forgets, ends_first, broken, single = False, False, False, True
    acts: list[Turn | Savepoint | str] = []
    midway = 0
    first: Statement | None = None
    for statement in statements(text):
        words = _words(statement)
        turns = _turns(words)
        if first is None:
            first, ends_first = statement, words[0] in _ENDING
        else:
            single = False
            midway = len(acts) if acts and acts[-1] is Turn.COMMIT else midway
        acts += turns
        marked = None if turns else savepoint(statement)
        if marked is not None:
            acts.append(marked)
        elif not turns and _has_effect(statement, words[0]):
            # Most scripts that are long say the same again and again.
            acts.append(sys.intern(_head(statement)))
        forgets = forgets or _forgets(statement, words, mentioned)
        limits = limits or forgets or words[0] in ("rollback", "abort")
        broken = broken or statement.is_broken
    if broken:
        # The server refuses it; unless it reads strings in another way than all others do.
        acts += [Turn.COMMIT, "a statement that could not be read"]
        limits = forgets = True
    return Script(
        concurrent=first is not None and single and not broken and is_concurrent(first),
        acts=tuple(acts),
        limits=limits,
        forgets=forgets,
        ends_first=ends_first,
        mentions_index=_INDEX in mentioned,
        midway=midway,
    )


def head(text: str) -> str:
    """What it was, to be told to people: without anybody's data, so up to the first value or list, and without comments."""
    first = next(statements(text), None)
    return _head(first) if first is not None else _UNNAMED


def _head(statement: Statement) -> str:
    text, told, end = statement.text, "", statement.start
    for token in statement.tokens():
        written = text[token.start : token.end]
        if token.kind in _VALUES or written == "(" or len(told) > _LONGEST_HEAD:
            break
        told += (" " if told and token.start > end else "") + written[:_LONGEST_HEAD]
        end = token.end
    return told[:_LONGEST_HEAD].rstrip(_SIGNS) or _UNNAMED


def _words(statement: Statement) -> list[str]:
    """The first ones, which say what it is; an empty one stands for whatever is not a word."""
    return [word(statement.text, token) for token in islice(statement.tokens(), 5)]


def _turns(words: list[str]) -> list[Turn]:
    if words[0] in _BEGINNING:
        return [Turn.BEGIN]
    if words[0] not in _ENDING or (words[0] not in ("commit", "end") and _CONTINUES.intersection(words[1:3])):
        return []
    following = [one for one in words[1:] if one not in ("work", "transaction")]
    chained = [Turn.BEGIN] if following[:2] == ["and", "chain"] else []
    return [Turn.COMMIT if words[0] in ("commit", "end") else Turn.ROLLBACK, *chained]


def _has_effect(statement: Statement, verb: str) -> bool:
    if verb in _WITHOUT_EFFECT or verb in _ENDING:
        return False
    if verb != "select" or not any(statement.text.find(name, statement.start, statement.end) >= 0 for name in _CATALOGS):
        return True
    names = {word(statement.text, token) for token in statement.tokens()}
    return _CATALOGS.isdisjoint(names) or "into" in names


def _forgets(statement: Statement, words: list[str], mentioned: set[str]) -> bool:
    if words[0] in _FORGETTING and "all" in words[1:3]:
        return True
    if _UNLOCKS in mentioned and any(_mentions_unlocking(statement, token) for token in statement.tokens()):
        return True
    code = words[0] == "do" and not mentioned.isdisjoint(_FORGETTING)
    return code and any(_forgets_within(statement.text, token) for token in statement.tokens())


def _mentions_unlocking(statement: Statement, token: Token) -> bool:
    # In a string it may be executed, and a comment is no token.
    return _UNLOCKS in statement.text[token.start : token.end].lower()


def _forgets_within(text: str, token: Token, depth: int = 2) -> bool:
    """Of a string that is code: an anonymous block, or a statement in a string of that."""
    if token.kind is not Kind.STRING or depth == 0:
        return False
    inner, before = content(text, token), ""
    for one in tokens(inner):
        now = word(inner, one)
        said = (before in _FORGETTING or before == "prepare") and now == "all"
        if said or one.kind is Kind.BROKEN or _forgets_within(inner, one, depth - 1):
            return True
        before = now
    return False


def _mentioned(text: str) -> set[str]:
    """In any form, comments included. Piece by piece, so that no second one of a large text is made."""
    found: set[str] = set()
    for start in range(0, len(text), _PIECE):
        piece = text[start : start + _PIECE + _LONGEST_MENTION].lower()
        found.update(name for name in _MENTIONS if name in piece)
    return found
