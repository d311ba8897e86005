"""Passwords of every kind of character, and what libraries make of a URL that has one."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import string
import textwrap
import traceback
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from urllib.parse import quote, quote_plus, urlsplit

import asyncpg  # type: ignore[import-untyped]
import pg8000.dbapi  # type: ignore[import-untyped]
import psycopg2.extensions  # type: ignore[import-untyped]
from alembic.config import Config
from psycopg.conninfo import conninfo_to_dict
from pydantic import BaseModel, PostgresDsn, TypeAdapter
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

USER, HOST, PORT, DATABASE = "ledger_rw", "db-1.prod.example", "6432", "ledger"
NAMES = (USER, HOST, PORT, DATABASE, "postgresql", "psycopg", "psycopg2", "asyncpg", "pg8000")
WORDS = ("correct", "horse", "battery", "staple", "migration", "database", "unknown", "failed", "port", "value", "error")

KINDS: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: "".join(chance.choices(string.ascii_letters + string.digits, k=chance.randrange(4, 40))),
    lambda chance: "".join(chance.choices(string.punctuation, k=chance.randrange(4, 20))),
    lambda chance: "".join(chance.choices(string.ascii_letters + string.punctuation, k=chance.randrange(4, 40))),
    lambda chance: "".join(chance.choices("aB7%@:/?#&+= '\"\\", k=chance.randrange(4, 24))).strip().ljust(4, "x"),
    lambda chance: "".join(chance.choices("äßñøЖ日本語😀é", k=chance.randrange(4, 16))),
    lambda chance: "".join(chance.choices("aé'\"\\%\t😀{}$[]", k=chance.randrange(4, 24))).strip().ljust(4, "x"),
    lambda chance: "".join(chance.choices(string.digits, k=chance.randrange(6, 20))),
    lambda chance: f"{chance.getrandbits(64):016x}",
    lambda chance: "-".join(chance.choices(WORDS, k=chance.randrange(2, 5))),
    lambda chance: " ".join(chance.choices(WORDS, k=chance.randrange(2, 5))),
    lambda chance: chance.choice("ab1@%") * chance.randrange(4, 12),
    lambda chance: quote("".join(chance.choices("aB7@:/%", k=8)), safe=""),
    lambda chance: "".join(chance.choices(string.ascii_letters + string.digits + "/+=", k=chance.randrange(129, 1500))),
)


class Settings(BaseModel):
    database_url: PostgresDsn
    signing_key: str


def password(chance: random.Random) -> str:
    return chance.choice(KINDS)(chance)


def address(secret: str, chance: random.Random) -> str:
    """As it ought to be written, or as people write it."""
    written = chance.choice([secret, quote(secret, safe=""), quote(secret), quote(quote(secret, safe=""), safe="")])
    scheme = chance.choice(["postgresql", "postgresql+psycopg", "postgresql+asyncpg", "postgresql+pg8000", "postgres"])
    return f"{scheme}://{USER}:{written}@{HOST}:{PORT}/{DATABASE}"


def ids(secret: str, chance: random.Random) -> list[str]:
    """Of revisions and plans: some as they are made, and some as nobody should call one."""
    place = chance.randrange(len(secret))
    alike = [secret, secret[place : place + chance.randrange(4, 8)], secret[place : place + 12], f"{secret}a7"]
    made = [f"{chance.getrandbits(48):012x}", f"{chance.getrandbits(256):064x}", f"{chance.randrange(100):04}"]
    return made + [word for word in alike if len(word) > 3 and word.replace("_", "").isalnum()]


def messages(url: str, secret: str) -> Iterator[str]:
    """What libraries say of it, each in its own words; those that find nothing wrong say nothing."""
    for attempt in _ATTEMPTS:
        yield from _said(attempt, url)
    yield f"connecting as {make_shown(url)}"
    yield f'could not translate host name "{url.split("@", 1)[1]}" to address'
    yield f"invalid port number: {url.split(':', 2)[2]!r}"
    yield f"connect(password={secret!r}, host={HOST!r}, user={USER!r})"
    yield f"ALTER ROLE {USER} PASSWORD '{secret}'"
    yield f"environ({ {'DATABASE_URL': url}!r})"
    yield json.dumps({"url": url, "other": 1})
    yield b64encode(url.encode()).decode()


def _said(attempt: Callable[[str], object], url: str) -> Iterator[str]:
    try:
        attempt(url)
    except Exception as error:
        yield str(error)
        yield repr(error)
        yield "".join(traceback.format_exception(type(error), error, error.__traceback__))


def make_shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=False)
    except Exception as error:
        return str(error)


def altered(text: str, secret: str, chance: random.Random) -> str:
    """As it is passed on: quoted, encoded, cut, wrapped."""
    place, middle = chance.randrange(len(secret)), chance.randrange(len(text))
    ways = [
        lambda: text,
        lambda: text[middle:],
        lambda: text[:middle] + "..." + text[middle + chance.randrange(30) :],
        lambda: textwrap.fill(text, 30, subsequent_indent="   ", break_long_words=True),
        lambda: repr(text),
        lambda: json.dumps({"error": text}),
        lambda: f"it begins with {secret[: place + 1]}… and ends with ...{secret[place:]}@{HOST}/{DATABASE}",
        lambda: f"not a number: {secret[place:]!r}, unknown host {secret[place:].lower()}@{HOST}",
        lambda: f"{quote(secret)} {quote_plus(secret)} {quote(quote(secret, safe=''))} {quote(secret, safe='').lower()}",
        lambda: f"{json.dumps(secret)} {secret!a} {secret!r} {secret.encode()!r} {json.dumps(json.dumps(secret))}",
        lambda: "{} {}".format(
            *(made((text[: place % 3] + secret).encode()).decode() for made in (b64encode, urlsafe_b64encode))
        ),
    ]
    return chance.choice(ways)()


def forms(secret: str) -> set[str]:
    """Of the checker's own making."""
    plain = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), repr(secret)[1:-1], ascii(secret)[1:-1]}
    return plain | {json.dumps(secret)[1:-1], secret.replace("'", "''")}


def base64_forms(secret: str) -> set[str]:
    """The same in Base64, of which 6 characters hold 4 of the secret."""
    return {_kept(secret.encode(), before) for before in range(3)}


def _kept(data: bytes, before: int) -> str:
    """Those characters of Base64 that hold nothing but the secret, where it begins at that byte."""
    text = b64encode(b"\0" * before + data).decode().rstrip("=")
    return text[{0: 0, 1: 2, 2: 3}[before] : (before + len(data)) * 8 // 6]


def _unknown_host(*_: object, **__: object) -> list[object]:
    raise socket.gaierror(-2, "Name or service not known")


def _asyncpg(url: str) -> None:
    asyncio.run(asyncpg.connect(url, timeout=1))


def _pg8000(url: str) -> None:
    pg8000.dbapi.connect(user=USER, host=url.split("@", 1)[1].split("/")[0].split(":")[0], password=url)


def _interpolated(url: str) -> None:
    parser = ConfigParser()
    parser.read_dict({"alembic": {"sqlalchemy.url": url}})
    parser.get("alembic", "sqlalchemy.url")


_ATTEMPTS: tuple[Callable[[str], object], ...] = (
    make_url,
    create_engine,
    lambda url: make_url(url.replace("://", "//")),
    lambda url: conninfo_to_dict(url.replace("+psycopg", "")),
    lambda url: psycopg2.extensions.parse_dsn(url.replace("+psycopg", "")),
    lambda url: psycopg2.extensions.parse_dsn(url.replace("+psycopg", "").replace("://", ":")),
    lambda url: urlsplit(url).port,
    _asyncpg,
    _pg8000,
    _interpolated,
    lambda url: Config().set_main_option("sqlalchemy.url", url),
    lambda url: TypeAdapter(PostgresDsn).validate_python(url),
    lambda url: Settings.model_validate({"database_url": url}),
    lambda url: Settings.model_validate({"database_url": url.replace("://", ":")}),
)
