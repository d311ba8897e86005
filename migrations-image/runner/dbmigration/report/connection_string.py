"""A connection string that libpq cannot read, so no server was asked. What it repeats of one may be a piece of a secret."""

from __future__ import annotations

from collections.abc import Iterable

from dbmigration.report.misreading import QUOTED

# libpq's own words, and what is wrong.
_AFTER = 'missing "=" after "'
_KEYWORDS = "in connection info string"
_OF_A_URL = ("invalid percent-encoded token", "URI query parameter", "forbidden value %00", " in URI")
_SCHEME = "://"


def described(said: str) -> str | None:
    """What happened and what to do; None if that is not what happened."""
    if _KEYWORDS in said and _SCHEME in said:
        return _told(
            "it is a URL of SQLAlchemy's, whose scheme names a driver (postgresql+…)",
            'give it make_url(url).set(drivername="postgresql").render_as_string(False)',
        )
    if _KEYWORDS in said:
        return _told(
            "a value in it has a blank, a quote or a backslash, and is not quoted, such as the password",
            "give the values by keywords, connect(host=…, user=…), or have psycopg.conninfo.make_conninfo() or "
            "psycopg2.extensions.make_dsn() make the string of them",
        )
    if any(words in said for words in _OF_A_URL):
        return _told(
            "a character in it is not percent-encoded, such as a % of the password",
            f"make it by {QUOTED}",
        )
    return None


def pieces(causes: Iterable[BaseException]) -> list[str]:
    """What libpq repeats of a string that has no form: it stands in the traceback, too."""
    found = (str(cause).partition(_AFTER)[2].partition(f'" {_KEYWORDS}')[0] for cause in causes if _AFTER in str(cause))
    return [piece for piece in found if piece and _SCHEME not in piece]


def _told(what: str, remedy: str) -> str:
    return f"the connection string that env.py gives to libpq cannot be read: {what}. No server was asked. In env.py, {remedy}."
