"""A URL in which a character of the password was not percent-encoded, so that its rest is taken for something else."""

from __future__ import annotations

from urllib.parse import quote

from dbmigration import reasons

# With these a URL that was taken for another one may end; only an @ leads to another server and another user, too.
_REASONS = (reasons.CONFIGURATION_ERROR, reasons.DATABASE_UNREACHABLE)
_REASONS_OF_AT = (*_REASONS, reasons.AUTHENTICATION_FAILED, reasons.ROLE_MISSING, reasons.DATABASE_MISSING)


def advice(unescaped: str, reason: str, told: str = "") -> str:
    """What to write instead, where no session came about and that may be why; nothing otherwise, or where it is told."""
    characters = [
        c for c in unescaped if reason in (_REASONS_OF_AT if c == "@" else _REASONS) and f"{c} as {quote(c)}" not in told
    ]
    if not characters:
        return ""
    # Without a stop behind a code, which could be a piece of the password as well, and be masked.
    instead = " and ".join(f"{c} as {quote(c, safe='')}" for c in characters)
    return (
        f" In front of the host of a URL in the environment stands an unescaped {' and '.join(characters)}, behind which a "
        f"driver may look for the host, the port or the database: in a password write {instead} instead."
    )
