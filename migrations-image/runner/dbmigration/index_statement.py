"""Which index a statement builds concurrently, as far as its text says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMENT = r"--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/"
_SPACE = rf"(?:\s|{_COMMENT})"
_NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_CREATE = re.compile(
    rf"(?i){_SPACE}*CREATE{_SPACE}+(?:UNIQUE{_SPACE}+)?INDEX{_SPACE}+CONCURRENTLY{_SPACE}+"
    rf"(?:IF{_SPACE}+NOT{_SPACE}+EXISTS{_SPACE}+)?(?P<index>(?!ON\b){_NAME}){_SPACE}+ON{_SPACE}*(?:ONLY{_SPACE}+)?"
    rf"(?P<table>{_NAME}(?:{_SPACE}*\.{_SPACE}*{_NAME})?)"
)


@dataclass(frozen=True)
class IndexStatement:
    index: str
    """The name as the catalog has it. The index lies in the schema of its table."""
    table: str
    """As it is written in the statement: where it lies, the search path says."""


def read(statement: str) -> IndexStatement | None:
    """None for any other statement, and for an index that the server is to find a name for."""
    found = _CREATE.match(statement)
    return IndexStatement(_in_catalog(found["index"]), found["table"]) if found else None


def _in_catalog(name: str) -> str:
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    # The server folds what is not ASCII in single-byte encodings only.
    return "".join(character.lower() if character.isascii() else character for character in name)
