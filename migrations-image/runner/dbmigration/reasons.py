"""The reasons of the outcome, those of contract.json and in its order.

The operator knows the class of each: done, transient (it tries again by itself) or stalled (somebody has to change
something first).
"""

from __future__ import annotations

AT_TARGET = "AtTargetRevision"
DATABASE_UNREACHABLE = "DatabaseUnreachable"
DATABASE_MISSING = "DatabaseMissing"
ROLE_MISSING = "RoleMissing"
DATABASE_BUSY = "DatabaseBusy"
LOCK_TIMEOUT = "LockTimeout"
CONNECTION_LOST = "ConnectionLost"
INTERRUPTED = "Interrupted"
SUPERSEDED = "Superseded"
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
DATABASE_MISMATCH = "DatabaseMismatch"
CONFIGURATION_ERROR = "ConfigurationError"
ALEMBIC_MISSING = "AlembicMissing"
REVISION_DRIFTED = "RevisionDrifted"
VERSION_TABLES_DIFFER = "VersionTablesDiffer"
DATABASE_CLAIMED = "DatabaseClaimed"
INTERNAL_ERROR = "InternalError"
