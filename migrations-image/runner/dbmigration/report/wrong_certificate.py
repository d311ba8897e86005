"""What a connection fails at where the resource names certificates: what they hold, or what the server says of them."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from dbmigration import reasons
from dbmigration.remedy import RETRY

if TYPE_CHECKING:
    from dbmigration.planning.named_database import Certificates
    from dbmigration.state import State

# Of OpenSSL and libpq, of what goes wrong before a server has spoken of anything else.
_OF_TLS = ("certificate", "SSL", "private key", "TLS", "PEM", "X509")
_REFUSED = "alert"
# Of the server's certificate, by which nothing is known of the client's.
_OF_THE_SERVER = ("certificate verify failed", "server certificate for ", "could not get server's host name")
# Where a driver has no word for a server that ended the connection, as it does for a certificate that it does not take.
_ENDED = ("network error", "connection was closed", "unexpected connection_lost", "Connection reset", "server closed")
_OPTIONS = ("sslcert", "sslkey", "sslrootcert", "sslpassword", "ssl_context", "dsn", "service")


def described(where: str, said: str, causes: list[BaseException], sqlstate: str, state: State) -> tuple[str, str] | None:
    """Reason and message; None if no certificate of the resource's is to blame."""
    certificates = _in_force(state)
    is_ended = any(words in str(cause) for cause in causes for words in _ENDED)
    if any(words in said for words in _OF_THE_SERVER):
        return None
    if certificates is None or not (is_ended or _is_of_tls(said, causes)) or sqlstate not in ("", "28000", "08003"):
        return None
    from dbmigration.session import certificate_files

    wrong = certificate_files.fault(certificates)
    if wrong is not None:
        return reasons.CONFIGURATION_ERROR, f"no connection to {where}: {wrong}"
    if certificates.client is None:
        return None
    theirs = f"the certificate of {certificate_files.CLIENT}"
    asked_for = "certificate" in said and sqlstate == "28000"
    alert = next((text for text in (said, *map(str, causes)) if f" {_REFUSED} " in text), "").strip().split("\n")[0]
    over = certificate_files.is_over(certificates)
    if over is not None and (alert or is_ended or asked_for):
        return reasons.AUTHENTICATION_FAILED, (
            f"{where} does not take {theirs}, which {over}: renew it in its Secret, or correct the clock if that is wrong; "
            f"then {RETRY}."
        )
    if "certificate" in alert or "unknown ca" in alert:
        return reasons.AUTHENTICATION_FAILED, (
            f"{where} does not take {theirs}: {alert}. Let an authority sign it that the server knows (its "
            f"ssl_ca_file), or add the one that has; its log says more. Then {RETRY}."
        )
    if is_ended:
        return reasons.DATABASE_UNREACHABLE, (
            f"{where} ended the connection that was to be encrypted: {said}. If its log speaks of a certificate, it does not "
            f"take that of {certificate_files.CLIENT}: let an authority sign it that the server knows (its ssl_ca_file). "
            "Otherwise see there why it ends sessions, and what lies between."
        )
    return None


def _in_force(state: State) -> Certificates | None:
    """Those of the resource, unless the connection was given others."""
    database = state.task.request.database if state.task.request is not None else None
    certificates = database.certificates if database is not None else None
    given = state.course.given
    if certificates is None or isinstance(given.get("ssl"), ssl.SSLContext):
        return None
    driver = state.course.connecting.driver if state.course.connecting is not None else ""
    if driver != "pg8000" and any(given.get(name) for name in _OPTIONS):
        return None
    environment = {"PGSSLROOTCERT": certificates.ca, "PGSSLCERT": certificates.client}
    is_ours = driver == "pg8000" or all(os.environ.get(name) == path for name, path in environment.items() if path)
    return certificates if is_ours else None


def _is_of_tls(said: str, causes: list[BaseException]) -> bool:
    return any(isinstance(cause, ssl.SSLError) for cause in causes) or any(word in said for word in _OF_TLS)
