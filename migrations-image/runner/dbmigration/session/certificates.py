"""Certificates of the resource, put where each driver looks for them where nobody says another place."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import MutableMapping
from typing import Any

from dbmigration.planning.named_database import Certificates
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal

# In memory: a key is to be on no disk.
_MEMORY = "/dev/shm"


def install(certificates: Certificates, environment: MutableMapping[str, str]) -> None:
    """For libpq and asyncpg by their environment, whose words a URL and connect_args override; for pg8000, which reads none,
    as an argument of each connection that has none."""
    if certificates.ca:
        environment.setdefault("PGSSLROOTCERT", certificates.ca)
        environment.setdefault("PGSSLMODE", "verify-full")
    if certificates.client and certificates.client_key and not {"PGSSLCERT", "PGSSLKEY"} & set(environment):
        environment["PGSSLCERT"] = certificates.client
        try:
            environment["PGSSLKEY"] = _private(certificates.client_key)
        except OSError as error:
            raise _refusal(certificates, error) from error
    _follow_pg8000(certificates)


def _private(key: str) -> str:
    """A copy that its user alone may read, without which libpq takes no key; a Secret's volume cannot say whose a file is."""
    directory = tempfile.mkdtemp(prefix="dbmigration-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None)
    path = os.path.join(directory, "tls.key")
    with open(key, "rb") as source, open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
        copy.write(source.read())
    return path


def _follow_pg8000(certificates: Certificates) -> None:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def begin(dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
        if dialect.driver == "pg8000" and not parameters.get("unix_sock") and "ssl_context" not in parameters:
            try:
                parameters["ssl_context"] = _context(certificates)
            except (OSError, ValueError) as error:
                raise _refusal(certificates, error) from error

    event.listen(Engine, "do_connect", begin)


def _context(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certificates.ca)
    # As libpq checks a chain: many a private authority lacks what only newer rules demand.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not certificates.ca:
        # As libpq without a root certificate.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificates.client:
        # Of a key that has a passphrase nobody is to be asked for it.
        context.load_cert_chain(certificates.client, certificates.client_key, password=b" ")
    return context


def _refusal(certificates: Certificates, error: Exception) -> Refusal:
    from dbmigration.session import certificate_files

    told = certificate_files.fault(certificates) or f"{certificate_files.CLIENT} cannot be used: {error}."
    return Refusal(CONFIGURATION_ERROR, told)
