"""What an exception holds of the server's own words, whichever driver raised it."""

from __future__ import annotations

from typing import Any

ABORTED = "25P02"
"""What is sent in a transaction in which something has failed already."""


def find_sqlstate(causes: list[BaseException]) -> str | None:
    for cause in causes:
        for found in (getattr(cause, "sqlstate", None), getattr(cause, "pgcode", None), _pg8000(cause).get("C")):
            if isinstance(found, str) and len(found) == 5:
                return found
    return None


def is_of_the_driver(causes: list[BaseException], sqlstate: str) -> bool:
    """Whether no server has said that: asyncpg gives codes to what it finds wrong by itself, too."""
    return not sqlstate or any(hasattr(cause, "severity_en") and cause.severity_en is None for cause in causes)


def primary_message(causes: list[BaseException]) -> str:
    """What the server said, without detail, statement and parameters: these may hold data of the user's users."""
    for cause in causes:
        diag = getattr(cause, "diag", None)
        found = getattr(diag, "message_primary", None) or _pg8000(cause).get("M")
        if found:
            return str(found)
    for cause in reversed(causes):
        if type(cause).__module__.startswith("asyncpg"):
            return str(cause).split("\n")[0]
    # SQLAlchemy's own often tell of what followed only, such as a transaction that is to be rolled back.
    theirs = [cause for cause in causes if not type(cause).__module__.startswith("sqlalchemy")]
    original = next((c for c in theirs or causes if getattr(c, "orig", None) is None), causes[0])
    return (str(original).strip() or type(original).__name__).split("\n")[0]


def hint(causes: list[BaseException]) -> str:
    """What the server advises. The names of settings and the words of SQL in it are the same in every language."""
    for cause in causes:
        found = getattr(getattr(cause, "diag", None), "message_hint", None) or getattr(cause, "hint", None)
        found = found or _pg8000(cause).get("H")
        if isinstance(found, str) and found:
            return found
    return ""


def context(causes: list[BaseException]) -> str:
    """Where in the code of a function or procedure it arose; empty for what the server said before it ran any."""
    for cause in causes:
        found = getattr(getattr(cause, "diag", None), "context", None) or getattr(cause, "context", None)
        found = found or _pg8000(cause).get("W")
        if isinstance(found, str) and found:
            return found
    return ""


def _pg8000(error: BaseException) -> dict[str, str]:
    first: Any = error.args[0] if error.args else None
    return first if isinstance(first, dict) and "C" in first else {}
