"""What the name of a setting tells of its value, in an environment, a text or a table."""

from __future__ import annotations

import re

WORDS = (
    r"(?<!by)(?<!com)pass(?!enger|ing|age|ive|ed\b|es\b|through)(?:word|wd|phrase)?|pwd|secret|token|credential|private"
    r"|(?:api|access|master|account)_?key"
    r"|(?:(?:en|de)crypt(?:ion)?|cipher|sign(?:ing)?|hmac|ssh|shared|license)_?key"
)
SECRET = re.compile(WORDS, re.IGNORECASE)
# Each of them has one of these, which are found in a hundredth of the time.
_STEMS = ("pass", "pwd", "secret", "token", "credential", "private", "key")
# Of the image, of Python and of Kubernetes, in an environment of which anything may be secret.
USUAL = re.compile(
    r"(?:PYTHON|LC_|KUBERNETES_|DBMIGRATION_)\w*|PATH|HOME|HOSTNAME|LANG|TERM|SHLVL|_|\w*_(?:SERVICE|PORT)(?:_\w*)?"
)
PLACE = re.compile(r"(?i)_(file|path|dir|name|variable|schema|tables?|column|index)$")
ADDRESS = re.compile(r"(?i)(^|_)(url|uri|dsn)$")
# What else a string is given to that is one: functions of pgcrypto and of settings, a command, headers.
CALLS = ("crypt", "digest", "hmac", "set_config")
COMMAND = "curl"
HEADERS = ("authorization", "bearer", "x-")
_TAKERS = ("key", *CALLS, COMMAND, *HEADERS)
# A key of a Secret has dashes and dots as well.
NAME = re.compile(r"(?i)(^|[_.-]|^pg)(host|hostname|hostaddr|port|user|username|role|database|dbname|db)$")


def is_secret(name: str) -> bool:
    """Whether the value of a column or a setting of this name is."""
    return bool(SECRET.search(name)) and not PLACE.search(name)


def is_spoken_of(text: str) -> bool:
    """Whether a text may have a string in it whose neighbours say that it is a secret."""
    lowered = text.lower()
    return any(taker in lowered for taker in _TAKERS) or names_one(text)


def names_one(text: str) -> bool:
    """Whether a word of it is the name of a secret, or of something that has one."""
    lowered = text.lower()
    # Some letters are capitals of others that are not their small ones.
    may = not text.isascii() or any(stem in lowered for stem in _STEMS)
    return may and SECRET.search(text) is not None
