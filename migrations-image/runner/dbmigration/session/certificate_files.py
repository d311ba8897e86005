"""What is wrong with the files of spec.database.certificates, told by its fields.

A driver tells it of options and of copies that nobody has written, or not at all. They are looked at when a connection has not
come about: what one driver takes, as a key that is not in PEM, another one does not.
"""

from __future__ import annotations

import ssl
import time
from typing import Any

from dbmigration.planning import container_user
from dbmigration.planning.barrier import barrier
from dbmigration.planning.named_database import Certificates
from dbmigration.remedy import RETRY

CA = "spec.database.certificates.ca"
CLIENT = "spec.database.certificates.client"
_CERTIFICATE = f"the certificate of {CLIENT}"
_KEY = f"the key of {CLIENT}"
_CERTIFICATES = (b"-----BEGIN CERTIFICATE-----", b"-----BEGIN X509 CERTIFICATE-----", b"-----BEGIN TRUSTED CERTIFICATE-----")
_PRIVATE = b"PRIVATE KEY-----"
_ENCRYPTED = (b"BEGIN ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED")
# How a file begins that is in DER, and one in PEM of which somebody has made Base64.
_DER, _BASE64 = b"0", b"LS0tLS1CRUdJTi"


def fault(certificates: Certificates) -> str | None:
    """What no driver can use, and what to do; None where nothing of that kind can be seen."""
    found = _of_files(certificates)
    return None if found is None else f"{found}; then {RETRY}."


def is_over(certificates: Certificates) -> str | None:
    """Until when the client's certificate held, or from when on it will; None where it holds, or nobody can tell."""
    import _ssl

    decode: Any = getattr(_ssl, "_test_decode_cert", None)
    if decode is None or certificates.client is None:
        return None
    try:
        found = decode(certificates.client)
        begins, ends = (ssl.cert_time_to_seconds(found[name]) for name in ("notBefore", "notAfter"))
    except (OSError, ValueError, KeyError):
        return None
    if ends < time.time():
        return f"has expired ({found['notAfter']})"
    return f"does not hold before {found['notBefore']}" if begins > time.time() else None


def _of_files(certificates: Certificates) -> str | None:
    try:
        ca, client, key = (_read(path) for path in (certificates.ca, certificates.client, certificates.client_key))
    except OSError as error:
        return _unreadable(str(error.filename), certificates)
    if ca is not None and not _is_usable_authority(certificates.ca):
        return f"{CA} {_instead_of_certificate(ca, 'the authority')}"
    if client is None or key is None:
        return None
    has_certificate, has_key = any(sign in client for sign in _CERTIFICATES), _PRIVATE in key
    if not has_certificate and not has_key and _PRIVATE in client and any(sign in key for sign in _CERTIFICATES):
        return f"certificate and key of {CLIENT} are exchanged: let each name what the other one names now"
    if not has_certificate:
        return f"{_CERTIFICATE} {_instead_of_certificate(client, 'the role')}"
    if any(sign in key for sign in _ENCRYPTED):
        return f"{_KEY} has a passphrase, which is not supported: write it without one (openssl pkey -in KEY -out NEW)"
    if not has_key:
        return f"{_KEY} {_instead_of_key(key)}"
    return _of_a_pair(certificates)


def _read(path: str | None) -> bytes | None:
    if path is None:
        return None
    with open(path, "rb") as file:
        return file.read()


def _unreadable(path: str, certificates: Certificates) -> str:
    which = {certificates.ca: CA, certificates.client: _CERTIFICATE, certificates.client_key: _KEY}.get(path, CLIENT)
    hidden = barrier(path)
    if hidden is not None:
        return f"{which} cannot be read: {container_user.may_not_read(hidden, path).rstrip('.')}"
    return f"{which} is not there ({path}): let it name a key that its Secret or ConfigMap has"


def _is_usable_authority(path: str | None) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (OSError, ValueError):
        return False
    return True


def _instead_of_certificate(found: bytes, whose: str) -> str:
    return _instead_of(found, f"let it name a key that has the certificate of {whose}, in PEM", "x509")


def _instead_of_key(found: bytes) -> str:
    return _instead_of(found, "let it name the private key of that certificate, in PEM", "pkey")


def _instead_of(found: bytes, otherwise: str, command: str) -> str:
    text = found.strip()
    if not text:
        return f"is empty: {otherwise}"
    if text.startswith(_DER):
        return f"is in DER: write it in PEM (openssl {command} -inform DER -in FILE -out NEW)"
    if text.startswith(_BASE64):
        return "is Base64: it was encoded twice. Write it into stringData as it is, or encode it once for data"
    if command == "x509" and _PRIVATE in text:
        return f"has a private key and no certificate: {otherwise}"
    if command == "pkey" and any(sign in text for sign in _CERTIFICATES):
        return f"has a certificate and no private key: {otherwise}"
    return f"has nothing of the kind: {otherwise}"


def _of_a_pair(certificates: Certificates) -> str | None:
    try:
        # With a passphrase, as there would be asked for one otherwise.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(
            str(certificates.client), certificates.client_key, password=b" "
        )
    except (OSError, ValueError) as error:
        if "MISMATCH" in str(error).upper():
            return f"{_KEY} is that of another certificate: take both from one Secret, as they were made together"
        return f"{CLIENT} cannot be read ({_words(error)}): write certificate and key anew, both in PEM"
    return None


def _words(error: Exception) -> str:
    """Of OpenSSL's those that are for people."""
    return str(getattr(error, "reason", None) or error)
