"""The settings of a text: the whole of it, or those of its lines, as .env, ini, YAML and netrc have them."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator

from dbmigration.report import setting_names

_PAIR = re.compile(r"(?:export )?(?:- )?[\"']?([A-Za-z_][\w.-]*)[\"']?( ?[=:]| )(.*)")
_NETRC = {"machine": "host", "login": "user"}
_COMMENTS = ("#", ";", "//", "[")
_BEGINNING, _END = "-----BEGIN ", "-----END "
_PUBLIC = ("CERTIFICATE", "PUBLIC")


def settings(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Of a line without a name the name is that of the text."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if text.lstrip().startswith("{"):
        yield name, text.strip()
        return
    if len(lines) == 1 and not _says_its_names(lines[0]):
        # Whatever sign a password has.
        yield name, lines[0]
        return
    block: list[str] | None = None
    for line in lines:
        if line.startswith(_BEGINNING):
            block = []
            is_public = line[len(_BEGINNING) :].startswith(_PUBLIC)
        elif line.startswith(_END) and block is not None:
            if not is_public:
                yield name, "".join(block)
            block = None
        elif block is not None:
            block.append(line)
        elif (words := line.split())[0] in _NETRC:
            yield from ((_NETRC.get(word, word), value) for word, value in zip(words[::2], words[1::2]))
        elif not line.startswith(_COMMENTS):
            yield _setting(name, line)


def _setting(name: str, line: str) -> tuple[str, str]:
    pair = _PAIR.match(line)
    # Between words of a passphrase there are blanks, too.
    if pair is None or (pair.group(2) == " " and not setting_names.SECRET.fullmatch(pair.group(1))):
        return name, line
    return pair.group(1), _unquoted(pair.group(3).strip().rstrip(","))


def _unquoted(value: str) -> str:
    quote = value[:1]
    if len(value) < 2 or quote not in ("'", '"') or not value.endswith(quote):
        return value
    with contextlib.suppress(ValueError):
        # As YAML, TOML and .env have it, too.
        return str(json.loads(value))
    return value[1:-1].replace(quote * 2, quote)


def _says_its_names(line: str) -> bool:
    found, _ = _setting("", line)
    return setting_names.SECRET.search(found) is not None or line.split()[0] in _NETRC
