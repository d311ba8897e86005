"""Strings that a function or a command is given as a secret, whatever it is called: keys, passwords, tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbmigration.report.secret_columns import Span, is_key
from dbmigration.report.setting_names import CALLS, COMMAND, HEADERS
from dbmigration.report.sql_literals import Reader, strings
from dbmigration.sql.lexer import Kind, content

# Of pgcrypto, and how many of their first arguments are secret. A word of the language is one only where the parenthesis
# follows at once.
_FUNCTIONS = {
    "crypt": 2,
    "digest": 1,
    "hmac": 2,
    "encrypt": 2,
    "decrypt": 2,
    "encrypt_iv": 3,
    "decrypt_iv": 3,
    "pgp_sym_encrypt": 2,
    "pgp_sym_decrypt": 2,
    "pgp_pub_encrypt": 1,
    "pgp_pub_decrypt": 3,
}
_CALL = re.compile(
    r"(?i)\b(crypt|digest|hmac|(?:en|de)crypt(?:_iv)?|pgp_(?:sym|pub)_(?:en|de)crypt)(?:_bytea)?\(|\bset_config\s*\("
)
_LOGIN = re.compile(
    r"""(?i)\s(?:-u|--user|--proxy-user)[ =]*(?:['"]+[^:'"]{1,100}:(?P<quoted>[^'"]+)|[^\s:'"]{1,100}:(?P<bare>[^\s'"]+))"""
)
_HEADER = re.compile(
    r"""(?ix)
        (?: authorization ['"\\]* \s* [:=,] \s* ['"\\]* (?:bearer|basic|token|apikey|digest|negotiate) \s+
          | \bx-[a-z-]{0,40} (?:key|token) ['"\\]* \s* : \s* ['"\\]*
          | \bbearer \s+ (?=[\w.~+/=-]{16}) )
        (?P<value> [^\s'"\\]+ )"""
)


def spans(text: str) -> Iterator[Span]:
    lowered = text.lower()
    if any(name in lowered for name in CALLS):
        yield from _arguments(text)
    if COMMAND in lowered:
        for found in _LOGIN.finditer(text):
            yield found.span("quoted" if found.group("quoted") else "bare")
    if any(sign in lowered for sign in HEADERS):
        for found in _HEADER.finditer(text):
            yield found.span("value")


def _arguments(text: str) -> Iterator[Span]:
    position = 0
    while (found := _CALL.search(text, position)) is not None:
        reader = Reader(text, found.end())
        if found.group(1) is None:
            yield from _setting(reader)
        else:
            for _ in range(_FUNCTIONS[found.group(1).lower()]):
                yield from strings(reader.item())
                if not reader.take(","):
                    break
        position = max(found.end(), reader.place)


def _setting(reader: Reader) -> Iterator[Span]:
    """set_config('app.key', 'x', true)."""
    name = reader.at
    if name is None or name.kind is not Kind.STRING or not is_key(content(reader.text, name)):
        return
    reader.go()
    if reader.take(","):
        yield from strings(reader.item())
