"""Why a run did not reach its target."""

from __future__ import annotations


class Refusal(Exception):
    """Ends a run with a reason and with a message that says what happened, where, and what to do next."""

    def __init__(self, reason: str, message: str, revision: str | None = None, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.revision = revision
        self.sqlstate = sqlstate
