"""Keeps secrets out of everything that is written."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from dbmigration.planning.document import VARIABLE
from dbmigration.report import setting_names
from dbmigration.report.address import Address, addresses
from dbmigration.report.fragments import SHORTEST, Fragments, Span, Vouched
from dbmigration.report.named_values import NAMED, named
from dbmigration.report.shown_values import fragments
from dbmigration.report.spelling import base64_spellings, base64_text, spellings
from dbmigration.report.sql_strings import passwords

MASK = "***"

_REST_OF_WORD = re.compile(r"\S*")
# Which the operator writes: the variables that come from Secrets, and * where whole Secrets are the environment.
TOLD = "DBMIGRATION_SECRET_VARIABLES"
_ANY = "*"
# The same of files: where they, or directories with them, are mounted.
TOLD_FILES = "DBMIGRATION_SECRET_FILES"
_LEAST_OF_ANY = 8
_LEAST_OF_A_PART = 12
# Objects within objects: each is read by itself, and its text once more for each that it is in. Nobody has a secret so deep.
_DEEPEST = 32
_LEAST_OF_A_KEY = 512
_SIGNS_OF_A_PATH = "/._-: "
_SWITCH = re.compile(r"(?i)true|false|none|null|enabled|disabled|required|optional|\d{1,5}")
# Of a longer text that holds more than one secret, only what is named like one: pieces of the rest are in every message.
_LONGEST_OF_ANY = 8_192
_NAME_IN_OPTIONS = re.compile(r"(?:^|[\s?&])(?:host|hostaddr|port|user|dbname|database)=([^\s&'\"]+)")
# And of what commands are given.
_SIGNS_OF_SQL = ("'", "$", ":", "=")
_CUTS = ("...", "…")
_QUOTES = "'\"`"
# As configparser quotes the rest of a value, from where it did not understand it.
_RESTS = tuple(f"{quote}%" for quote in _QUOTES)
# Behind the slashes of a URL, or where a text was cut within one.
_BEGINNINGS = ("//", *_CUTS, *_RESTS)
# A name of a host, a user and a port are shorter.
_LONGEST_LOGIN = 300


class Secrets:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self.unescaped = ""
        """What has to be percent-encoded in a URL of the environment, and is not."""
        self._vouched = Vouched()
        self._fragments = Fragments(self._vouched)
        self._names: set[str] = set()
        self._hosts: set[str] = set()
        self._short: set[str] = set()
        self._told = frozenset(environment.get(TOLD, "").split())
        self.variables: dict[str, str] = {}
        """Those of the environment whose whole value is secret."""
        self.learn(environment)
        if environment.get(TOLD_FILES):
            self._learn_files(environment[TOLD_FILES].split(":"))

    def learn(self, environment: Mapping[str, str]) -> None:
        """What these variables have."""
        for name, value in environment.items():
            if name == VARIABLE:
                # Nothing else in it is a secret, and a target may have an @.
                self.learn(_arguments(value))
            elif name not in (TOLD, TOLD_FILES):
                is_any = _ANY in self._told and not setting_names.USUAL.fullmatch(name)
                if self._learn(name, value.strip(), _LEAST_OF_ANY if is_any else None):
                    self.variables[name] = value.strip()

    def _learn_files(self, paths: list[str]) -> None:
        from dbmigration.report import secret_files

        for name, text in secret_files.read(paths):
            # In JSON that is nested without an end there is nothing to be found, nor a reason not to migrate.
            with contextlib.suppress(RecursionError):
                self._learn_text(name, text)

    def _learn_text(self, name: str, text: str) -> None:
        from dbmigration.report.setting_lines import settings

        least = _LEAST_OF_ANY if len(text) <= _LONGEST_OF_ANY else None
        for one, value in settings(name, text):
            if len(value) < _LEAST_OF_A_KEY or value.startswith("{"):
                self._learn(one, value, least)
            elif self._is_secret(one, value, least):
                # A few characters of it tell nothing, and some of them are in every message.
                self._learn_secret(one, value, is_key=True)

    def _learn(self, name: str, value: str, least: int | None, depth: int = 0) -> bool:
        """Whether the whole value is a secret. Anything of the `least` length may be one, where that is said."""
        parts = _parts(value) if depth < _DEEPEST else None
        is_secret = self._is_secret(name, value, least)
        if parts is not None:
            # What is shorter is the kind of a database and the like, and the language's.
            least_part = None if least is None and not is_secret else _LEAST_OF_A_PART
            for part, text in parts.items():
                self._learn(part, text, least_part, depth + 1)
        elif is_secret:
            self._learn_secret(name, value)
        elif setting_names.ADDRESS.search(name) and not any(sign in value for sign in "/=@ "):
            # Somebody put the password alone where its URL belongs.
            self._add(value)
        elif setting_names.NAME.search(name):
            self._name([value])
        self._learn_what_it_names(value)
        return is_secret and parts is None and not _is_harmless(name, value)

    def _learn_secret(self, name: str, value: str, is_key: bool = False) -> None:
        if _is_harmless(name, value):
            return
        self._add(value, in_large_pieces=is_key or "://" in value)
        decoded = base64_text(value)
        if decoded:
            self._learn_text(name, decoded)

    def _learn_what_it_names(self, value: str) -> None:
        for address in addresses(value):
            self._learn_address(address)
        self._name(_NAME_IN_OPTIONS.findall(value))
        for match in NAMED.finditer(value):
            found = match.group("value")
            if not _SWITCH.fullmatch(found):
                self._add(found)
            if found[0] in _QUOTES and len(found) > 1:
                self._add(re.sub(r"\\(.)", r"\1", found[1:-1]))

    def _is_secret(self, name: str, value: str, least: int | None) -> bool:
        if setting_names.SECRET.search(name):
            return True
        if setting_names.NAME.search(name):
            return False
        return name in self._told or (least is not None and len(value) >= least)

    def _learn_address(self, address: Address) -> None:
        for secret in (address.password, *address.misplaced):
            self._add(secret)
        self._name(address.names)
        self._hosts |= address.hosts
        self.unescaped = "".join(dict.fromkeys(self.unescaped + address.unescaped))
        # What a parser takes for a host, a port or a database.
        for part in re.split("[@/?#:]", address.password):
            self._add_short(part)

    def _name(self, names: Iterable[str]) -> None:
        self._names.update(names)
        self._fragments.except_for(names)

    def add(self, values: Iterable[object]) -> None:
        for value in values:
            # asyncpg takes a function, which fetches a token for each connection.
            if isinstance(value, str):
                self._add(value)

    def vouch_for(self, words: Iterable[str]) -> None:
        """Revisions and digests, of which a message without them is of no use."""
        self._vouched.add(words)

    def follow(self, connection: Mapping[str, object]) -> None:
        """Its password is a secret, and what else it says are names, unless a piece of the password was taken for one."""
        self.add([connection.get("password")])
        names = [str(connection[name]) for name in ("host", "port", "user", "dbname", "database") if connection.get(name)]
        if not self.unescaped and not any("@" in name for name in names):
            self._name(names)

    def _add(self, value: str, in_large_pieces: bool = False) -> None:
        if len(value) >= SHORTEST:
            self._fragments.add(value, in_large_pieces)
        else:
            self._add_short(value)

    def _add_short(self, value: str) -> None:
        """To hide every `a` would hide the message: it is hidden where it is quoted, and in a login."""
        if value.strip() and len(value) < SHORTEST:
            # Of one character nothing but its neighbours' is left in some places of Base64.
            self._short |= set(filter(str.strip, spellings(value) | base64_spellings(value)))

    def clean(self, text: str) -> str:
        shown: list[str] = []
        logins = list(_logins(text, self._names))
        shown += [_password(text, start, end) for start, end in logins]
        text = _masked(text, logins)
        strings = list(passwords(text))
        shown += [text[start:end] for start, end in strings]
        text = _masked(text, strings)
        values = sorted(named(text))
        shown += [text[start:end] for start, end in values]
        # Those in SQL may be whole sentences, of which a piece says nothing elsewhere. Elsewhere a quote that is escaped ends
        # none of them.
        text = _masked(text, sorted([*_in_sql(text), *values]))
        text = _masked(text, self._logins_of_known_hosts(text))
        for short in self._short - self._names:
            for quote in _QUOTES:
                text = text.replace(quote + short + quote, quote + MASK + quote)
        text = _masked(text, self._fragments.spans(text))
        return _masked(text, fragments(shown, self._names, self._vouched).spans(text)) if shown else text

    def _logins_of_known_hosts(self, text: str) -> list[Span]:
        """What is left in front of a host, by whomever and wherever it was cut: a password, or the end of one."""
        found = []
        for host in self._hosts:
            place, done = text.find(f"@{host}"), 0
            while place >= 0:
                start = place
                while start > done and place - start < _LONGEST_LOGIN and not _ends_login(text[start - 1]):
                    start -= 1
                login, done = text[start:place], place
                if login and login not in self._names and not login.endswith(MASK):
                    found.append((start, place))
                place = text.find(f"@{host}", place + 1)
        return sorted(found)


def _in_sql(text: str) -> list[Span]:
    if not (any(sign in text for sign in _SIGNS_OF_SQL) and setting_names.is_spoken_of(text)):
        return []
    # Most runs say nothing of the kind.
    from dbmigration.report import secret_arguments, secret_columns

    return sorted([*secret_columns.spans(text), *secret_arguments.spans(text)])


def _is_harmless(name: str, value: str) -> bool:
    # What has other signs is a password, or Base64, of which one in 64 begins with a slash.
    is_path = value.startswith("/") and all(sign.isalnum() or sign in _SIGNS_OF_A_PATH for sign in value)
    return bool(setting_names.PLACE.search(name) or is_path or _SWITCH.fullmatch(value))


def _ends_login(character: str) -> bool:
    return character.isspace() or character in _QUOTES or character in "/(=,"


def _masked(text: str, spans: Iterable[Span]) -> str:
    parts, kept = [], 0
    for start, end in spans:
        # Of two that overlap the earlier one may reach as far.
        if end > kept:
            parts += [text[kept : max(start, kept)], MASK if start >= kept else ""]
            kept = end
    return "".join(parts) + text[kept:]


def _logins(text: str, names: set[str]) -> Iterator[Span]:
    """All in front of a host, but for a user of a known name: up to the last @ of the word, since any may belong to the
    password. Each word is looked through once, however many begin in it."""
    position = 0
    places = {sign: text.find(sign) for sign in _BEGINNINGS}
    while (start := _beginning(text, position, places)) >= 0:
        end = _REST_OF_WORD.match(text, start).end()  # type: ignore[union-attr]
        last = text.rfind("@", start, end)
        if last >= 0:
            user, colon, _ = text[start:last].partition(":")
            if user not in names:
                yield start, last
            elif colon:
                yield start + len(user) + 1, last
        position = max(end, start)


def _password(text: str, start: int, end: int) -> str:
    """Of a login, quoted as what is known to be one; nothing of a user alone, or of what was cut."""
    login = text[start:end]
    return f"'{login}'" if text[start - 1 : start] == ":" else f"'{login.partition(':')[2]}'"


def _beginning(text: str, position: int, places: dict[str, int]) -> int:
    """Of the next login. `places` has for each sign where it was seen, which is looked for again only behind that."""
    for sign, place in places.items():
        if 0 <= place < position:
            places[sign] = text.find(sign, position)
    return min((place + len(sign) for sign, place in places.items() if place >= 0), default=-1)


def _parts(value: str) -> dict[str, str] | None:
    """Of a login that is one JSON object, as a manager of secrets has it; None of everything else."""
    if not value.startswith("{"):
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return {name: (part if isinstance(part, str) else json.dumps(part)).strip() for name, part in found.items()}


def _arguments(request: str) -> dict[str, str]:
    """What the resource hands to env.py. A request that cannot be read is refused as such."""
    try:
        arguments = json.loads(request)["arguments"]
        return {str(name): str(value) for name, value in arguments.items()}
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}
