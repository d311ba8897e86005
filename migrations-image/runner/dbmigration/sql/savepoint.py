"""Statements about savepoints: what comes behind one can be taken back without the rest of its transaction."""

from __future__ import annotations

from enum import Enum
from itertools import islice
from typing import NamedTuple

from dbmigration.sql.lexer import word
from dbmigration.sql.names import part
from dbmigration.sql.splitter import Statement

# ROLLBACK TRANSACTION TO SAVEPOINT and the name, which stands at the end of each of them.
_MOST_WORDS = 5


class Way(Enum):
    SET = "sets one"
    RELEASE = "gives it up"
    BACK = "takes back what came behind it"


_WAYS = {"savepoint": Way.SET, "release": Way.RELEASE, "rollback": Way.BACK}


class Savepoint(NamedTuple):
    way: Way
    name: str


def savepoint(statement: Statement) -> Savepoint | None:
    way = _WAYS.get(statement.verb)
    if way is None:
        return None
    found = list(islice(statement.tokens(), _MOST_WORDS))
    if way is Way.BACK and "to" not in [word(statement.text, token) for token in found[1:3]]:
        return None
    written = statement.text[found[-1].start : found[-1].end]
    return Savepoint(way, part(written) or written)
