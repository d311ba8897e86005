"""Options of a URL in the words of another driver, as far as they mean the same there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

from dbmigration.planning.driver import SYNCHRONOUS

Options = Mapping[str, Union[str, tuple[str, ...]]]

_LIBPQ = ("psycopg", "psycopg_async", "psycopg2", "psycopg2cffi")
_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# What libpq knows and others do not, and what the runner sees to by itself.
_NEEDLESS_ELSEWHERE = (
    *("connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"),
    *("application_name", "fallback_application_name", "sslcompression"),
)
# Of these the weak words ask for what every driver does anyway; a strong one stays, and the driver refuses it by its name.
_WEAK = {"gssencmode": ("disable", "prefer"), "channel_binding": ("disable", "prefer"), "sslnegotiation": ("postgres",)}
_CACHES = ("prepared_statement_cache_size", "statement_cache_size")


def translated(options: Options, driver: str) -> dict[str, str | tuple[str, ...]]:
    """What cannot be said in the driver's words stays as it is: the driver says which it does not know."""
    if driver in _LIBPQ:
        kept = {name: value for name, value in options.items() if name not in _CACHES}
        return _renamed(kept, "ssl", "sslmode")
    kept = {name: value for name, value in options.items() if name not in _NEEDLESS_ELSEWHERE and not _is_weak(name, value)}
    if driver == "asyncpg":
        return _renamed(kept, "sslmode", "ssl")
    if driver in SYNCHRONOUS:
        # pg8000 encrypts where the server can.
        return {n: v for n, v in kept.items() if n not in ("ssl", "sslmode") or v not in ("disable", "allow", "prefer")}
    return dict(options)


def _is_weak(name: str, value: str | tuple[str, ...]) -> bool:
    return value in _WEAK.get(name, ())


def _renamed(options: Options, old: str, new: str) -> dict[str, str | tuple[str, ...]]:
    if new in options or options.get(old) not in _MODES:
        return dict(options)
    return {new if name == old else name: value for name, value in options.items()}
