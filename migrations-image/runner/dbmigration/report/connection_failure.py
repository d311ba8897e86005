"""What it means when no connection came about."""

from __future__ import annotations

import os
import re
import socket
import ssl
from typing import TYPE_CHECKING

from dbmigration import reasons
from dbmigration.planning import container_user
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.report import (
    another_name,
    connection_option,
    connection_string,
    libpq_variables,
    misreading,
    missing_user,
    name_service,
    refused_login,
    stray_signs,
    translated_words,
    unready_server,
    wrong_certificate,
)
from dbmigration.session import companions

if TYPE_CHECKING:
    from dbmigration.state import State

_OF_A_SETTING = "22023"
# libpq does not hand on the SQLSTATE of a failed connection: psycopg and psycopg2 have its text alone.
_TEXTS = (
    ("password authentication failed", "28P01"),
    ("no password supplied", "28P01"),
    ("authentication failed", "28000"),
    ("requires a valid client certificate", "28000"),
    # In every language.
    ("pg_hba.conf", "28000"),
    ("is not permitted to log in", "28000"),
    ('role "', "28000"),
    ('database "', "3D000"),
    ("permission denied for database", "42501"),
    ("no such database", "3D000"),
    ("is not currently accepting connections", "55000"),
    ("cannot connect to invalid database", "55000"),
    ("unrecognized configuration parameter", "42704"),
    ("invalid value for parameter", _OF_A_SETTING),
    ("requires a Boolean value", _OF_A_SETTING),
    ("too many", "53300"),
    ("remaining connection slots", "53300"),
    ("is starting up", "57P03"),
    ("is shutting down", "57P03"),
    ("in recovery mode", "57P03"),
    ("not accepting connections", "57P03"),
    ("not yet accepting connections", "57P03"),
)

_DIRECT = "sslnegotiation"
_UNREACHABLE = "Check host and port in the database's URL, the server, and network policies between this namespace and it."
_NOBODY = ("Connection refused", "Connect call failed", "No such file or directory")
_NOT_BY_THE_URL = "Where the connection leads is not said by the URL alone."

_TLS = {
    ("certificate verify failed", "server certificate for ", "could not get server's host name"): (
        "The server's certificate does not pass. See whether the authority in spec.database.certificates.ca has signed it, and "
        "whether it names the host that the URL has and has not expired."
    ),
    ("does not support SSL", "rejected SSL upgrade", "refuses SSL"): (
        "The connection is to be encrypted, by sslmode in the URL or by spec.database.certificates, and the server speaks no "
        "TLS: see to it that it does (ssl = on)."
    ),
}

# What libpq puts before the words that matter; the place is said once, as the URL names it.
_LIBPQ = re.compile(
    r"^(?:connection failed: )?connection to server at \"[^\"]*\"(?: \([^)]*\))?, port \d+ failed: (?:FATAL: +)?"
)


def connect_failure(error: BaseException, causes: list[BaseException], sqlstate: str | None, state: State) -> Refusal:
    from dbmigration.session.sqlstate import primary_message

    said = _LIBPQ.sub("", primary_message(causes))
    network = next((cause for cause in causes if isinstance(cause, OSError) and not isinstance(cause, ssl.SSLError)), None)
    if network is not None and str(network):
        # A driver may wrap what the system said in words that say less.
        said = str(network)
    answer = unready_server.words_of(causes)
    said = translated_words.with_english(answer or said)
    has_answered = sqlstate is not None or answer is not None
    where, doubt = _place(state), _doubt(state)
    sqlstate = sqlstate or _state_of(said, causes)
    if unready_server.is_of_a_setting(said, state):
        sqlstate = _OF_A_SETTING
    wrong = stray_signs.unreplaced(state) or misreading.described(said, state)
    wrong = wrong or stray_signs.described(where, said, sqlstate or "", state)
    if wrong is not None:
        return Refusal(reasons.CONFIGURATION_ERROR, wrong, sqlstate=sqlstate)
    unread = connection_string.described(said) if sqlstate is None and state.course.connecting is None else None
    if unread is not None:
        return Refusal(reasons.CONFIGURATION_ERROR, unread)
    nobody = missing_user.described(said, causes, state)
    if nobody is not None:
        return Refusal(reasons.CONFIGURATION_ERROR, f"no connection to {where}: {nobody}")
    refused = wrong_certificate.described(where, said, causes, sqlstate or "", state)
    refused = refused or _refused(where, said, sqlstate or "", state)
    if refused is not None:
        reason, text = refused
        return Refusal(reason, text, sqlstate=sqlstate)
    unready = unready_server.described(where, said, sqlstate or "", has_answered, state)
    if unready is not None:
        reason, text = unready
        return Refusal(reason, f"{text} {doubt}".rstrip(), sqlstate=sqlstate)
    tls = (
        next((remedy for words, remedy in _TLS.items() if any(word in said for word in words)), None) if not sqlstate else None
    )
    if tls is not None:
        told = libpq_variables.behind(said, state) or _of_verification(said, state) or doubt or tls
        return Refusal(reasons.DATABASE_UNREACHABLE, f"no connection to {where}: {said}. {told}")
    unusable = _unusable(error, causes, said, state) if sqlstate is None else None
    if unusable is not None:
        return Refusal(reasons.CONFIGURATION_ERROR, unusable)
    found = name_service.described(causes, state) or _nobody_listens(causes, state) or _UNREACHABLE
    return Refusal(
        reasons.DATABASE_UNREACHABLE,
        f"no connection to {where}: {said}. {libpq_variables.behind(said, state) or _led(state) or doubt or found}",
        sqlstate=sqlstate,
    )


def _unusable(error: BaseException, causes: list[BaseException], said: str, state: State) -> str | None:
    """What a driver would not even begin with."""
    where = _place(state)
    address = state.course.connecting.address if state.course.connecting is not None else None
    option = connection_option.complained_of(said, causes, address.port if address is not None else None)
    if option is None and _is_direct(state) and "SSL" in said and "eof" in said.lower():
        # Of a server that waits to be asked for TLS first.
        option = _DIRECT
    if option is not None:
        correct = (
            libpq_variables.place(option, state)
            or libpq_variables.behind(said, state)
            or connection_option.remedy(option, said)
        )
        return f"the driver cannot use the option {option} for {where}: {said}. {correct}"
    file = next((cause for cause in causes if isinstance(cause, PermissionError) and cause.filename), None)
    if file is not None:
        forbidden = container_user.remedy([file])
        return f"the driver gave up before it asked {where}: {said}. {forbidden}"
    if not _is_network(causes) and isinstance(error, (TypeError, ValueError, ssl.SSLError)):
        hint = " asyncpg takes `ssl=require` where other drivers take `sslmode=require`." if "sslmode" in said else ""
        if "unexpected keyword argument" in said:
            hint += " Options of libpq such as channel_binding are known to psycopg and psycopg2 alone."
        as_text = connection_option.given_as_text(state.course.given)
        if as_text is not None:
            return f"the driver gave up before it asked {where}: {said}. {as_text}"
        return (
            f"the driver cannot use the connection settings for {where}: {type(error).__name__}: {said}. Correct "
            f"connect_args in env.py, or the database's URL and {RETRY}.{hint}"
        )
    return None


def _refused(where: str, said: str, sqlstate: str, state: State) -> tuple[str, str] | None:
    """Reason and message, if it was the server that refused."""
    doubt = _doubt(state)
    # With password authentication the server hides it: 28P01, as for a wrong password.
    if sqlstate == "28000" and 'role "' in said and "does not exist" in said:
        otherwise = f"create it, or correct the user in the database's URL; then {RETRY}"
        doubt = libpq_variables.place("user", state) or doubt or refused_login.of_another_user(state)
        return (
            reasons.ROLE_MISSING,
            f"{where} answered, but {said}. "
            + (doubt or f"If the role is about to be made, it is tried again by itself; otherwise {otherwise}.")
            + missing_user.hint(state),
        )
    if sqlstate.startswith("28"):
        told = f"{doubt or refused_login.remedy(said, state)}{missing_user.hint(state)}"
        return reasons.AUTHENTICATION_FAILED, f"{where} did not let the role in: {said}. {told}"
    if sqlstate == "3D000":
        otherwise = f"create it, or correct its name in the database's URL; then {RETRY}"
        doubt = libpq_variables.place("dbname", state) or doubt
        another = another_name.described(where, said, state) if not doubt else None
        return another or (
            reasons.DATABASE_MISSING,
            f"{where} answered, but {said}. "
            + (doubt or f"If the database is about to be made, it is tried again by itself; otherwise {otherwise}."),
        )
    if sqlstate == "42501" and "to set parameter" not in said:
        right = "Grant the role the right to connect (GRANT CONNECT ON DATABASE … TO …)"
        return reasons.PERMISSION_DENIED, f"{where}: {said}. {right}, and {RETRY}."
    return None


def no_answer(state: State, seconds: float) -> Refusal:
    where = _place(state)
    misread = misreading.described(f"no answer within {seconds:g} s", state)
    if misread is not None:
        return Refusal(reasons.CONFIGURATION_ERROR, misread)
    return Refusal(
        reasons.DATABASE_UNREACHABLE,
        f"{where} did not answer within {seconds:g} s. "
        + (
            _led(state)
            or _doubt(state)
            or name_service.described([], state)
            or "Check host and port in the database's URL, and network policies between this namespace and the server."
        ),
    )


def _place(state: State) -> str:
    if state.course.connecting is None:
        return "the server"
    variable = libpq_variables.leading(state)
    led = f" ({variable} is {os.environ[variable]})" if variable is not None else ""
    return f"the server at {state.course.connecting.description}{led}"


def _nobody_listens(causes: list[BaseException], state: State) -> str | None:
    connecting = state.course.connecting
    if connecting is None or not any(words in str(cause) for cause in causes for words in _NOBODY):
        return None
    return companions.remedy(connecting.address, os.environ)


def _led(state: State) -> str | None:
    variable = libpq_variables.leading(state)
    return None if variable is None else f"{_NOT_BY_THE_URL} {libpq_variables.correction(variable)}"


def _of_verification(said: str, state: State) -> str | None:
    """Of a certificate that does not pass by what the environment asks for."""
    if "certificate" not in said:
        return None
    return libpq_variables.place("sslrootcert", state) or libpq_variables.place("sslmode", state)


def _doubt(state: State) -> str:
    """Where it is not the Secret's server that env.py asked."""
    own, connecting = state.task.own, state.course.connecting
    return own.doubt(connecting.address) if own is not None and connecting is not None else ""


def _state_of(said: str, causes: list[BaseException]) -> str | None:
    text = said + " ".join(str(cause) for cause in causes)
    if "does not exist" not in text:
        return next((state for part, state in _TEXTS if part in text and not part.endswith('"')), None)
    return next((state for part, state in _TEXTS if part in text), None)


def _is_direct(state: State) -> bool:
    given = state.course.given
    return given.get(_DIRECT) == "direct" or libpq_variables.deciding(_DIRECT, state) is not None


def _is_network(causes: list[BaseException]) -> bool:
    network = (ConnectionError, socket.gaierror, TimeoutError)
    return any(isinstance(c, network) or (isinstance(c, OSError) and not isinstance(c, ssl.SSLError)) for c in causes)
