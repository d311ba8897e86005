"""How a secret may be written: as it is, in a URL, and as a driver, Python, JSON, SQL or a Secret shows it."""

from __future__ import annotations

import json
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote, unquote_plus

# Of a longer one, such as a token or a key, nobody makes an escape of an escape.
LONG = 128


def spellings(value: str) -> set[str]:
    plain = _plain(value)
    found = plain | {form for text in plain for form in (*_encoded(text), *_quoted(text))}
    if len(value) <= LONG:
        found |= {form for text in _encoded(value) for form in _encoded(text)}
        found |= {form for text in plain for quoted in _quoted(text) for form in _quoted(quoted)}
    return found | {text.replace("%", "%%") for text in found} | set(_hexadecimal(value))


def base64_spellings(value: str) -> set[str]:
    return {form for text in _plain(value) for form in _base64(_bytes(text))}


def base64_text(value: str) -> str:
    """What it says if it is Base64 of a text; nothing if it is none, as most words are none."""
    coded = "".join(value.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        data = a2b_base64(coded + "=" * (-len(coded) % 4))
        text = data.decode()
    except (Error, ValueError):
        return ""
    is_whole = b2a_base64(data, newline=False).decode().rstrip("=") == coded
    return text if is_whole and "".join(text.split()).isprintable() else ""


def _plain(value: str) -> set[str]:
    return {value, unquote(value), unquote_plus(value), unquote(unquote(value))}


def _encoded(text: str) -> Iterator[str]:
    data = _bytes(text)
    yield quote(data, safe="")
    yield quote(data)
    yield quote_plus(data)


def _quoted(text: str) -> Iterator[str]:
    for shown in (repr(text), ascii(text), json.dumps(text), json.dumps(text, ensure_ascii=False)):
        yield shown[1:-1]
    yield repr(_bytes(text))[2:-1]
    yield text.replace("'", "''")
    # libpq's own quotation.
    yield text.replace("\\", "\\\\").replace("'", "\\'")


def _hexadecimal(value: str) -> Iterator[str]:
    yield _bytes(value).hex()
    yield _bytes(value).hex().upper()


def _base64(data: bytes) -> Iterator[str]:
    """Of the secret alone, and of whatever it stands in: there it may begin at each of three places."""
    for before in range(3):
        # Characters that hold a part of what stands before or behind say nothing by themselves.
        whole = b2a_base64(b"\0" * before + data + b"\0" * 2, newline=False).decode()
        text = whole[-(-before * 4 // 3) : (before + len(data)) * 4 // 3]
        yield text
        yield text.replace("+", "-").replace("/", "_")


def _bytes(text: str) -> bytes:
    # An environment may hold what is no UTF-8.
    return text.encode("utf-8", "surrogatepass")
