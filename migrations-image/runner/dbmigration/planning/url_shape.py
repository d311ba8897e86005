"""What a value looks like that stands where a URL belongs. Nothing of it is shown: it has a password somewhere."""

from __future__ import annotations

import unicodedata
from base64 import b64decode
from dataclasses import dataclass

from dbmigration.planning.database_url import bare
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY

# In pieces, since a whole one would be masked.
FORM = "a URL is postgresql:// user:password @ host:port / database, without these spaces"
# Those of word processors as well.
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab"
_REFERENCES = ("$", "{{", "<", "%(")
# Anywhere in what a server is asked for, which no name has. A password may well have them.
REFERENCES = ("$(", "${", "{{")
_OF_LIBPQ = ("host", "hostaddr", "port", "user", "password", "dbname", "service", "sslmode")
_MOST_ENCODED = 3


@dataclass(frozen=True)
class Shape:
    what: str
    """Behind its name."""
    remedy: str


_QUOTED = Shape("stands in quotes", "write it without them")
_LINE = Shape("begins with NAME=", "write what stands behind the =, and no quotes around it")
_ENTRY = Shape("begins with NAME:", "write what stands behind the colon, and no quotes around it")
_JDBC = Shape("is a URL of JDBC", f"that is for Java; {FORM}")
_DSN = Shape("is of libpq's form host=… user=…", FORM)
_BASE64 = Shape("is Base64", "it was encoded twice: write it into stringData as it is, or encode it once for data")
_JSON = Shape("is JSON", f"name a key that has the URL alone; {FORM}")
_REFERENCE = Shape("is a reference that nobody has replaced", "write the URL itself")
_SLASHES = Shape("lacks the // behind its scheme", FORM)
_SCHEME = Shape("has no scheme", FORM)
_CAPITALS = Shape("has a scheme in capitals", "write that in small letters")
_SEVERAL = Shape("has several lines", "write the URL alone, on one line and without a comment beside it")
_SPACE = Shape("has white space in its middle", "write it on one line; in a password a space is %20 there")


def shape(text: str) -> Shape | None:
    """None if it has that of a URL, or none at all."""
    text = bare(text)
    if not text:
        return None
    scheme, slashes, _ = text.partition("://")
    if slashes and scheme and scheme.replace("+", "").replace("_", "").isalnum():
        if scheme != scheme.lower():
            return _CAPITALS
        if len(text.splitlines()) > 1:
            return _SEVERAL
        referring = references(text)
        if referring is not None:
            return referring
        return _SPACE if any(map(str.isspace, text)) else None
    return _of_another_kind(text, text.split()[0].lower())


def references(text: str) -> Shape | None:
    """Of a URL whose host, port, user or database is yet to be filled in."""
    login, _, place = bare(text).partition("://")[2].rpartition("@")
    server, _, rest = place.partition("/")
    host, _, port = server.partition(":")
    parts = {"user": login.partition(":")[0], "host": host, "port": port, "database": rest.partition("?")[0]}
    found = [name for name, part in parts.items() if any(sign in part for sign in REFERENCES)]
    if not found:
        return None
    names = " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))
    return Shape(
        f"has references that nobody has replaced ({names})",
        "Kubernetes replaces $(NAME) in env of a container alone and nothing in a Secret, and nobody replaces ${NAME} or "
        "{{ name }} there: write the values themselves",
    )


def refuse_lines(variable: str, text: str) -> None:
    """What stands behind the first line would count as a piece of the database's name, or of an option."""
    if shape(text) is _SEVERAL:
        raise Refusal(CONFIGURATION_ERROR, f"the value of {variable} {_SEVERAL.what}: {_SEVERAL.remedy}. {correction()}")


def correction() -> str:
    return f"Correct it in the Secret, and {RETRY}."


def _of_another_kind(text: str, first: str) -> Shape:
    if text[0] in _QUOTES:
        return _QUOTED
    if not text[0].isprintable() or unicodedata.category(text[0]) in ("Cf", "Zs"):
        return Shape(f"begins with a character that cannot be seen (U+{ord(text[0]):04X})", "type it anew")
    if text.startswith(_REFERENCES):
        return _REFERENCE
    if text[0] in "{[":
        return _JSON
    if first.startswith("jdbc:"):
        return _JDBC
    return _BASE64 if _is_encoded(text) else _of_lines(text) or _without_slashes(first)


def _of_lines(text: str) -> Shape | None:
    name, equals, _ = text.partition("=")
    name = name.strip()
    if equals and name.lower() in _OF_LIBPQ:
        return _DSN
    if equals and name.partition("export ")[2 if name.startswith("export ") else 0].strip().isidentifier():
        return _LINE
    name, colon, rest = text.partition(":")
    return _ENTRY if colon and name.isidentifier() and rest[:1].isspace() else None


def _without_slashes(first: str) -> Shape:
    return _SLASHES if first.startswith(("postgres:", "postgresql:", "postgresql+")) else _SCHEME


def _is_encoded(text: str) -> bool:
    for _ in range(_MOST_ENCODED):
        try:
            text = b64decode("".join(text.split()), validate=True).decode()
        except ValueError:
            return False
        if "://" in text:
            return True
    return False
