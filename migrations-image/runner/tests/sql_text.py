"""SQL in all the ways in which it may be written."""

from __future__ import annotations

import random

_SPACES = (" ", "\n", "\t", "\r", "\f", "\r\n")
_COMMENTS = (
    *("/* a */", "/**/", "/* ' */", "/* /* b */ ; */", '/* " */', "/* $$ */", "/* -- */", "/* CONCURRENTLY */"),
    *("-- a\n", "--\n", "-- '\n", "-- ;\r", "-- /*\n", '-- "\r\n', "-- COMMIT\n"),
)
_LETTERS = ("a", ";", "'", '"', "$", "$$", "$a$", "--", "/*", "*/", "\\", "\n", "é", " ", "COMMIT", "concurrently")
_TAGS = ("", "a", "A", "é_1")


def between(chosen: random.Random, at_least: bool = False) -> str:
    """Space and comments; nothing at all, unless there has to be something."""
    made = "".join(chosen.choice(chosen.choice((_SPACES, _COMMENTS))) for _ in range(chosen.choice((0, 0, 1, 1, 2, 4))))
    return made or " " * at_least


def word(chosen: random.Random, plain: str) -> str:
    return "".join(chosen.choice((letter.lower(), letter.upper())) for letter in plain)


def phrase(chosen: random.Random, plain: str) -> str:
    """The words in any case, with space and comments around them."""
    words = (word(chosen, one) for one in plain.split())
    return between(chosen) + between_each(chosen, list(words)) + between(chosen)


def between_each(chosen: random.Random, words: list[str]) -> str:
    return words[0] + "".join(between(chosen, at_least=True) + one for one in words[1:])


def string(chosen: random.Random) -> tuple[str, str]:
    """As it is written, and its value."""
    value = "".join(chosen.choice(_LETTERS) for _ in range(chosen.randint(0, 6)))
    form = chosen.choice(("plain", "escaped", "dollar", "unicode", "continued"))
    quoted = value.replace("'", "''")
    if form == "escaped":
        return chosen.choice("eE") + "'" + value.replace("\\", "\\\\").replace("'", chosen.choice(("\\'", "''"))) + "'", value
    if form == "unicode":
        return chosen.choice("uU") + "&'" + quoted.replace("\\", "\\\\") + "'", value
    if form == "continued":
        return f"'{quoted}'{chosen.choice((' ', ''))}\n{chosen.choice(('', ' ', '-- x' + chr(10)))}'{quoted}'", value * 2
    # A tag may not stand in the text, and its end not be a part of it.
    tags = [tag for tag in _TAGS if f"${tag}$" not in value + "$" + tag]
    if form == "dollar" and tags and not value.endswith("$"):
        tag = chosen.choice(tags)
        return f"${tag}${value}${tag}$", value
    return f"'{quoted}'", value


def tokens_of_a_query(chosen: random.Random) -> tuple[str, list[str]]:
    """SELECT of some strings, and what it gives back."""
    strings = [string(chosen) for _ in range(chosen.randint(1, 5))]
    query = between(chosen) + word(chosen, "select").upper() + between(chosen, at_least=True)
    return query + (between(chosen) + "," + between(chosen)).join(written for written, _ in strings) + between(chosen), [
        value for _, value in strings
    ]
