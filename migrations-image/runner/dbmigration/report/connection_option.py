"""What a driver says of a URL that it cannot use: no server was asked, and to ask again would be in vain."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from dbmigration.planning import container_user
from dbmigration.planning.barrier import barrier
from dbmigration.remedy import RETRY

_WEAK = "weak sslmode"
# libpq's own words, and which option they complain of. Where that is None, its name stands in quotes behind them.
_COMPLAINTS = (
    ('invalid connection option "', None),
    ('invalid URI query parameter: "', None),
    ('for connection option "', None),
    ("invalid port number", "port"),
    ("port numbers to", "port"),
    ("hostaddr values", "hostaddr"),
    ("could not parse network address", "hostaddr"),
    ("root certificate file", "sslrootcert"),
    ("root.crt", "sslrootcert"),
    ("private key file", "sslkey"),
    ("certificate file", "sslcert"),
    ("definition of service", "service"),
    ("service file", "service"),
    ("port must be 0-65535", "port"),
    # What the client asks for, and the server or the client does not have.
    ("channel binding", "channel_binding"),
    ("authentication method requirement", "require_auth"),
    ("GSSAPI encryption", "gssencmode"),
    ("did not request an SSL certificate", "sslcertmode"),
    ('"min_protocol_version"', "min_protocol_version"),
    ("SSL protocol version range", "ssl_min_protocol_version"),
    ("SCRAM client key", "scram_client_key"),
    ("SCRAM server key", "scram_server_key"),
    ("requirepeer", "requirepeer"),
    (f"{_WEAK} ", "sslmode"),
)
# Around its name: `invalid sslmode value: "…"`, and `sslmode value "…" invalid when …` of a libpq without SSL.
_VALUES = (' value: "', ' value "')
_GREATEST_PORT = 65535
# What a driver wants as a number, and SQLAlchemy hands on from a URL as it stands there.
_NUMBERS = ("prepare_threshold", "statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size")
_OF_A_SERVICE = (
    "A service is a section of a file, ~/.pg_service.conf or the one that PGSERVICEFILE names: let spec.podTemplate mount it "
    "and set that variable, or leave service out of the URL and of env.py, and name host, user and database"
)
_FILES = ("sslrootcert", "sslcert", "sslkey", "service")


def complained_of(said: str, causes: list[BaseException], port: int | None) -> str | None:
    """The option; None if that is not what is wrong."""
    # pg8000 takes what is left of a port that is too great.
    if port is not None and not 0 < port <= _GREATEST_PORT:
        return "port"
    if any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_SERVICE for cause in causes):
        return "port"
    for sign, name in _COMPLAINTS:
        _, found, after = said.partition(sign)
        if found:
            return name or after.partition('"')[0]
    _, found, after = said.partition("bad value for ")
    if found:
        # psycopg's own word, without quotes.
        return after.partition(":")[0]
    for sign in _VALUES:
        before, found, _ = said.partition(sign)
        if found and "invalid" in said:
            return before.split()[-1].strip('"') if before.split() else None
    return None


def given_as_text(given: Mapping[str, object]) -> str | None:
    """What to do about an option that a driver wants as a number."""
    option = next((name for name in _NUMBERS if isinstance(given.get(name), str)), None)
    if option is None:
        return None
    return (
        f"The option {option} behind the ? of a URL reaches the driver as text, and the driver wants a number: take it out of "
        f'the URL, and let env.py give it, create_engine(…, connect_args={{"{option}": …}}); then {RETRY}.'
    )


def remedy(option: str, said: str = "") -> str:
    hidden = barrier(said.split('"')[1]) if option in _FILES and said.count('"') > 1 else None
    if hidden is not None:
        return f"It is no matter of the file's name: {container_user.may_not_read(hidden)}"
    if option == "service":
        return f"{_OF_A_SERVICE}; then {RETRY}."
    if option == "port":
        what = "Write the port as one number from 1 to 65535, behind the host"
    elif _WEAK in said:
        _, _, other = said.partition("used with ")
        what = f"Let sslmode be one of those, or leave {other.partition('=')[0]} out"
    elif option in _FILES:
        what = f"Let {option} name a file that the container has and that its user may read"
    else:
        what = f"Correct {option}, or leave it out"
    return f"{what}: in the database's URL (options stand behind its ?), or in connect_args of env.py; then {RETRY}."
