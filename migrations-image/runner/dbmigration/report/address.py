"""What a URL says: whom and what it names, what of it is secret, and what its author forgot to escape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

# Where a parser ends a password, or the address. A colon is none of them: everything after the first one is the password.
_SEPARATORS = "@/?#"
_SECRET_OPTIONS = tuple(f"{sign}{name}=" for sign in "?&" for name in ("password", "passwd", "pass"))
_OPENINGS, _CLOSINGS = ("$(", "${", "{{", "<"), (")", "}", ">")
_HEX = frozenset("0123456789abcdefABCDEF")


class Address(NamedTuple):
    password: str
    names: frozenset[str]
    """Scheme, user, hosts, ports and database, which may be shown."""
    hosts: frozenset[str]
    unescaped: str
    """The characters in front of the host that had to be percent-encoded, each once."""
    misplaced: frozenset[str] = frozenset()
    """What stands where a port belongs and is none: a password, most likely."""


def addresses(text: str) -> Iterator[Address]:
    """Of a value that is a URL, whatever its password holds, and of each URL in a text."""
    text = text.strip()
    words = text.split()
    is_one = bool(words) and "//" in words[0]
    if is_one:
        yield read(text)
    for word in words:
        if "//" in word or ("@" in word and len(words) == 1):
            found = read(word)
            if "//" not in word:
                # In what is no URL nothing has to be encoded; and what looks like a host may be the rest of a password.
                found = found._replace(unescaped="", names=frozenset(), hosts=frozenset())
            # What the first word of one with spaces seems to name is a piece of its password.
            yield found._replace(names=frozenset(), hosts=frozenset()) if is_one else found


def read(url: str) -> Address:
    """What stands before the last @ belongs to the login, as its author meant it, and not as a parser may take it."""
    scheme, slashes, rest = url.partition("//")
    if not slashes:
        # One that lacks its slashes is a mistake, and not a reason to show its password.
        scheme, rest = "", url
    login, at, location = rest.rpartition("@")
    option = next((option for option in _SECRET_OPTIONS if option in login.lower()), None)
    if at and option is not None:
        return _with_its_password_behind(option, f"{scheme}{slashes}", rest)
    user, _, password = login.partition(":")
    authority, path = _split(location, "/?#")
    if not at and not authority.startswith("[") and not _is_port(authority.partition(":")[2]):
        # What is no port was meant for a password, and the host is missing.
        user, _, password = authority.partition(":")
        authority = ""
    misplaced = set()
    names = {*scheme.strip(":").split("+"), _split(path[1:], "?#")[0]}
    hosts = set()
    for server in authority.split(","):
        host, _, port = server.rpartition(":") if _is_port(server.rpartition(":")[2]) else (server, "", "")
        if ":" in host and not host.startswith("["):
            host, _, wrong = host.partition(":")
            # The name of a secret is none.
            misplaced |= set() if is_reference(wrong) else {wrong}
        names.add(port)
        hosts.add(host.strip("[]"))
    if not set(_SEPARATORS) & set(user):
        names.add(user)
    names |= hosts
    named = frozenset(filter(None, names | {unquote(name) for name in names}))
    named_hosts = frozenset(filter(None, hosts)) if at else frozenset()
    return Address(password, named, named_hosts, _unescaped(login, password), frozenset(misplaced))


def is_reference(text: str) -> bool:
    """Whether it is $(NAME), ${NAME}, {{ name }} or <name>, which somebody was to replace, as hardly a password is."""
    return text.startswith(_OPENINGS) and text.endswith(_CLOSINGS)


def _with_its_password_behind(option: str, scheme: str, rest: str) -> Address:
    """Of a URL whose options have the password, with an @ in it, behind which a driver looks for the host."""
    place = rest.lower().find(option)
    password = _split(rest[place + len(option) :], "&")[0]
    found = read(scheme + _split(rest[:place], "?")[0])
    return found._replace(unescaped="@", misplaced=found.misplaced | {password})


def _is_port(text: str) -> bool:
    return not text.strip("0123456789,")


def _split(text: str, ends: str) -> tuple[str, str]:
    end = min((place for place in map(text.find, ends) if place >= 0), default=len(text))
    return text[:end], text[end:]


def _unescaped(login: str, password: str) -> str:
    found = [separator for separator in _SEPARATORS if separator in login]
    if any(not _HEX.issuperset(code[:2]) or len(code) < 2 for code in password.split("%")[1:]):
        found.append("%")
    return "".join(found)
