"""Why a run did not reach its target."""

from __future__ import annotations

# The reasons of the outcome. The operator knows the class of each: done, transient (it tries again by itself) or
# stalled (somebody has to change something first).
AT_TARGET = "AtTargetRevision"
DATABASE_UNREACHABLE = "DatabaseUnreachable"
DATABASE_BUSY = "DatabaseBusy"
LOCK_TIMEOUT = "LockTimeout"
CONNECTION_LOST = "ConnectionLost"
INTERRUPTED = "Interrupted"
REVISION_NOT_FOUND = "RevisionNotFound"
DATABASE_AHEAD = "DatabaseAhead"
MULTIPLE_HEADS = "MultipleHeads"
INVALID_SCRIPTS = "InvalidScripts"
ROLLBACK_FORBIDDEN = "RollbackForbidden"
IRREVERSIBLE = "Irreversible"
MIGRATION_FAILED = "MigrationFailed"
PARTIALLY_APPLIED = "PartiallyApplied"
NOT_COMMITTED = "NotCommitted"
INVALID_INDEX = "InvalidIndex"
STATEMENT_TIMEOUT = "StatementTimeout"
DEADLINE_EXCEEDED = "DeadlineExceeded"
AUTHENTICATION_FAILED = "AuthenticationFailed"
PERMISSION_DENIED = "PermissionDenied"
POOLER_DETECTED = "PoolerDetected"
CONFIGURATION_ERROR = "ConfigurationError"
ALEMBIC_MISSING = "AlembicMissing"
INTERNAL_ERROR = "InternalError"


class Refusal(Exception):
    """Ends a run with a reason and with a message that says what happened, where, and what to do next."""

    def __init__(self, reason: str, message: str, revision: str | None = None, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.revision = revision
        self.sqlstate = sqlstate
