package io.dbmigrations.api.v1alpha1;

import static io.dbmigrations.api.v1alpha1.ReasonClass.DONE;
import static io.dbmigrations.api.v1alpha1.ReasonClass.PROGRESSING;
import static io.dbmigrations.api.v1alpha1.ReasonClass.STALLED;
import static io.dbmigrations.api.v1alpha1.ReasonClass.TRANSIENT;
import static io.dbmigrations.api.v1alpha1.ReasonClass.UNSEEN;
import static io.dbmigrations.api.v1alpha1.ReasonClass.WAITING;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why a resource is in the state it is in: a closed set, each with its cause and its remedy. The
 * reference for users is generated from it.
 */
public enum Reason {
  AT_TARGET_REVISION(
      "AtTargetRevision",
      DONE,
      "The rows of the version table were read and are those that the target means.",
      "Nothing to do."),

  DATABASE_READ(
      "DatabaseRead",
      DONE,
      "Of the condition DatabaseObserved: the operator has read the version table itself.",
      "Nothing to do."),
  NOT_OBSERVABLE(
      "NotObservable",
      UNSEEN,
      "Of the condition DatabaseObserved: the operator cannot log in as the migration does, the"
          + " version table is none that it reads (a view, or one under row-level security), or it is"
          + " told to leave that to Jobs.",
      "Nothing to do, unless the message names something that can be mended; Ready is the word of the"
          + " last Job then. With spec.drift.reader: Job a Job looks again and again."),

  DELETING(
      "Deleting",
      UNSEEN,
      "The resource is being deleted, and a finalizer that somebody else has set keeps it. Nobody"
          + " looks at its database any more.",
      "Let whoever set the finalizer (metadata.finalizers) remove it."),

  PENDING(
      "Pending",
      PROGRESSING,
      "The migration's Pod is being scheduled or its image is being pulled.",
      "Wait; timeouts.start bounds it."),
  MIGRATING(
      "Migrating",
      PROGRESSING,
      "The migration runs, or its result is being verified.",
      "Wait; timeouts.run bounds it."),

  DATABASE_UNREACHABLE(
      "DatabaseUnreachable",
      TRANSIENT,
      "The database's host is unknown, refuses, does not answer, or has no connection left; or whom"
          + " env.py asks before it connects, for a token, does not answer.",
      "Check the host and port in the database's URL, network policies, and that the server runs."),
  DATABASE_MISSING(
      "DatabaseMissing",
      TRANSIENT,
      "The server has no database of the name in the URL: not created yet, or dropped.",
      "Create it, or correct the URL; it is tried again by itself."),
  ROLE_MISSING(
      "RoleMissing",
      TRANSIENT,
      "The server has no role of the user's name in the URL.",
      "Create it, or correct the URL; it is tried again by itself."),
  DATABASE_BUSY(
      "DatabaseBusy",
      TRANSIENT,
      "Another migrator holds the lock of this database, longer than timeouts.busy.",
      "Let the session that the message names end, or end it."),
  LOCK_TIMEOUT(
      "LockTimeout",
      TRANSIENT,
      "A statement waited longer than timeouts.lock for a lock; everything was rolled back.",
      "Let the session that the message names end, or raise timeouts.lock."),
  CONNECTION_LOST(
      "ConnectionLost",
      TRANSIENT,
      "The connection broke while the migration ran.",
      "Check the server's log: a restart, a failover, or an administrator ended it."),
  INTERRUPTED(
      "Interrupted",
      TRANSIENT,
      "The Pod was told to stop; the statement was cancelled and rolled back.",
      "Nothing to do: it is tried again."),
  SUPERSEDED(
      "Superseded",
      TRANSIENT,
      "A newer attempt of this resource has been at the database; this one did nothing.",
      "Nothing to do: if it was the last one after all, it is made again by itself."),
  UNSCHEDULABLE(
      "Unschedulable",
      TRANSIENT,
      "No node takes the Pod.",
      "The message has the scheduler's words and what fits them: capacity, a volume, or a field of"
          + " spec.podTemplate."),
  QUOTA_EXCEEDED(
      "QuotaExceeded",
      TRANSIENT,
      "A ResourceQuota of the namespace forbids the Job or its Pod.",
      "Raise the quota that the message names, or free some of it."),
  JOB_REJECTED(
      "JobRejected",
      TRANSIENT,
      "The API server refused the Job or its Pod, for example an admission policy.",
      "The message has the server's words; change the policy or the resource."),
  API_SERVER_ERROR(
      "ApiServerError",
      TRANSIENT,
      "The API server, or an admission webhook that it asks, failed at what the operator needs.",
      "The message has the server's words; mend the webhook or the API server."),
  POD_LOST(
      "PodLost",
      TRANSIENT,
      "The Pod ended without an outcome: deleted, evicted, or its node was lost.",
      "Nothing to do: it is tried again, and finds by itself what was done."),

  SUSPENDED("Suspended", WAITING, "spec.suspend is true.", "Set spec.suspend to false."),
  APPROVAL_REQUIRED(
      "ApprovalRequired",
      WAITING,
      "What would be run deletes something that is there, or may do so, or spec.approval asks for an"
          + " approval in any case. Nothing was run.",
      "Read in status.plan what would be deleted; then approve that very plan by spec.approval.plan"
          + " or the annotation dbmigrations.io/approve, or set the target back."),
  PLANNED(
      "Planned",
      WAITING,
      "spec.mode is Plan, and the database is not at the target: status.plan says what would be run."
          + " Nothing was.",
      "Set spec.mode to Migrate to have it run."),
  PLAN_REJECTED(
      "PlanRejected",
      WAITING,
      "The plan that waited for approval was rejected by the annotation dbmigrations.io/reject."
          + " Nothing was run.",
      "Set spec.targetRevision to what the database should be at; or remove the annotation."),

  REVISION_NOT_FOUND(
      "RevisionNotFound",
      STALLED,
      "The image has no revision that spec.targetRevision names, or the name is not unique.",
      "Correct spec.targetRevision, or name an image that contains it."),
  POD_TEMPLATE_INVALID(
      "PodTemplateInvalid",
      STALLED,
      "spec.podTemplate, or that of the chart, says what a migration's Pod cannot be.",
      "Correct the field that the message names."),
  DATABASE_AHEAD(
      "DatabaseAhead",
      STALLED,
      "The database is at a revision that the image does not contain.",
      "Name an image that contains it, or, to roll back, a revision of this image by its id as the"
          + " target: the image that was recorded takes back what this one does not know."),
  MULTIPLE_HEADS(
      "MultipleHeads",
      STALLED,
      "The target is head, and the scripts have several heads.",
      "Join them with alembic merge in the project, or set the target to heads or to a branch."),
  INVALID_SCRIPTS(
      "InvalidScripts",
      STALLED,
      "The revision scripts cannot be used: none found, one does not load, an id twice, a parent"
          + " missing, a cycle, arguments that env.py does not give.",
      "Correct the file that the message names and build a new image."),
  ROLLBACK_FORBIDDEN(
      "RollbackForbidden",
      STALLED,
      "The target takes revisions back, and spec.rollback.policy is Forbid; nothing was run.",
      "Set spec.targetRevision to a revision that takes nothing back, or spec.rollback.policy to"
          + " Allow."),
  IRREVERSIBLE(
      "Irreversible",
      STALLED,
      "A revision to be taken back has no downgrade, an empty one, or one that only raises.",
      "Write the downgrades that the message names (a new image), or set spec.rollback.irreversible"
          + " to Allow to go down all the same."),
  MIGRATION_FAILED(
      "MigrationFailed",
      STALLED,
      "A revision's upgrade or downgrade failed; it was rolled back.",
      "Correct the revision that the message names (a new image), or its cause in the database and"
          + " set the annotation dbmigrations.io/retry. A schema that was made outside of Alembic is"
          + " adopted with alembic stamp; nothing in it has to go."),
  PARTIALLY_APPLIED(
      "PartiallyApplied",
      STALLED,
      "A migration failed after a part of it had been committed.",
      "status.currentRevision says what the database counts as applied; look for what the failed"
          + " revision left behind, finish it by hand and stamp it, or correct the script so that it"
          + " goes on from there; then set the annotation dbmigrations.io/retry to a new value. A"
          + " database that was brought to the target by hand is noticed at the drift's interval."),
  NOT_COMMITTED(
      "NotCommitted",
      STALLED,
      "Every revision ran, and the database has none of it: env.py rolled it back, mostly by"
          + " executing a statement before context.configure(), or a dry run or a revision did.",
      "Execute nothing on the connection before context.configure(), or commit it; or take out the"
          + " rollback that the message names."),
  INVALID_INDEX(
      "InvalidIndex",
      STALLED,
      "An index that was built concurrently is invalid: it is not used, and a unique one does not"
          + " guard.",
      "Drop the index that the message names concurrently, and migrate again;"
          + " spec.invalidIndexes: Drop leaves the dropping to the next attempt."),
  STATEMENT_TIMEOUT(
      "StatementTimeout",
      STALLED,
      "A statement ran longer than timeouts.statement.",
      "Raise timeouts.statement, or split the work."),
  DEADLINE_EXCEEDED(
      "DeadlineExceeded",
      STALLED,
      "The container did not start within timeouts.start, or the migration ran longer than"
          + " timeouts.run and was rolled back.",
      "The message has what the container waited for: mend that, and set dbmigrations.io/retry. A"
          + " migration that is too long: raise timeouts.run, or split the work."),
  AUTHENTICATION_FAILED(
      "AuthenticationFailed",
      STALLED,
      "The server refused the user, the password or the certificate.",
      "Correct the Secret, or the password in the database; it is then tried again by itself."),
  PERMISSION_DENIED(
      "PermissionDenied",
      STALLED,
      "The database user may not do what the migration does.",
      "Grant what the message names, and set the annotation dbmigrations.io/retry."),
  POOLER_DETECTED(
      "PoolerDetected",
      STALLED,
      "The URL leads to a pooler such as PgBouncer that takes a session's lock and settings away (in"
          + " transaction or statement mode), or of which nobody could tell whether it does.",
      "Let the database's URL lead to PostgreSQL itself, or to a pool in session mode."),
  SECRET_MISSING(
      "SecretMissing",
      STALLED,
      "The Secret, or the key in it, does not exist.",
      "Create it; it is then tried again by itself."),
  CONFIG_MAP_MISSING(
      "ConfigMapMissing",
      STALLED,
      "The ConfigMap, or the key in it, does not exist.",
      "Create it; it is then tried again by itself."),
  DATABASE_MISMATCH(
      "DatabaseMismatch",
      STALLED,
      "env.py connected to another database than the resource's, or nobody can tell whether it did;"
          + " nothing was run there.",
      "Let env.py read the variable, or name the option of the configuration that it reads in"
          + " spec.alembic.urlOptions; where nobody can tell, spec.database.unverified may be"
          + " Allow."),
  CONFIGURATION_ERROR(
      "ConfigurationError",
      STALLED,
      "Alembic's configuration, env.py or an init container failed before any migration, or a container"
          + " cannot be made.",
      "The message has the place and the error; correct the image or the resource. Where a Secret kept"
          + " the operator from reading, too, it goes on by itself once that is mended."),
  IMAGE_PULL_FAILED(
      "ImagePullFailed",
      STALLED,
      "The image cannot be pulled.",
      "Correct spec.image or spec.imagePullSecrets, or push the image; the kubelet keeps trying."),
  PYTHON_MISSING(
      "PythonMissing",
      STALLED,
      "The image has no interpreter of the name in spec.alembic.python.",
      "Set spec.alembic.python to the interpreter's path in the image."),
  ALEMBIC_MISSING(
      "AlembicMissing",
      STALLED,
      "The interpreter has no Alembic, one older than 1.9, or a SQLAlchemy older than 1.4.",
      "Install them in the image, or set spec.alembic.python to the interpreter that has them."),
  OUT_OF_MEMORY(
      "OutOfMemory",
      STALLED,
      "The container was killed for want of memory.",
      "Process less at a time, or give the namespace's containers more memory."),
  SECRET_FORBIDDEN(
      "SecretForbidden",
      STALLED,
      "The operator may not read a Secret that spec.database names.",
      "Give its service account that right, or install the chart with observer.enabled=false."),
  VERSION_TABLES_DIFFER(
      "VersionTablesDiffer",
      STALLED,
      "env.py migrates several version tables, and they do not end at the same revisions.",
      "Bring those that the message names to one state, and set dbmigrations.io/retry."),
  DATABASE_CLAIMED(
      "DatabaseClaimed",
      STALLED,
      "An older resource, or of one second the first by namespace and name, declares another target"
          + " for the same lines of the same database.",
      "Delete one of the two, or let them name different lines; it goes on by itself then. Where the"
          + " database is a copy of the other one's, restored from the files of its server, it has"
          + " that one's note as well: COMMENT ON TABLE alembic_version IS NULL, in the copy, takes"
          + " it off."),
  REVISION_DRIFTED(
      "RevisionDrifted",
      STALLED,
      "Somebody else changed the version table, and nobody has asked for the target since.",
      "Let spec.targetRevision name where the database is; or set the annotation"
          + " dbmigrations.io/retry to a new value, which goes to the target and takes back what was"
          + " applied beyond it, with the rows of what that made."),
  RETRIES_EXHAUSTED(
      "RetriesExhausted",
      STALLED,
      "A transient failure came back retry.limit times in a row.",
      "Mend the cause that the message names, and set the annotation dbmigrations.io/retry."),
  JOB_NAME_CONFLICT(
      "JobNameConflict",
      STALLED,
      "A Job or ConfigMap of the name that is needed exists and is not the operator's.",
      "If nobody needs the object that the message names, delete it: it is then tried again by"
          + " itself. Where it is a Job, another name of the resource helps, too."),
  INTERNAL_ERROR(
      "InternalError",
      STALLED,
      "A defect of the operator or the runner.",
      "Report it with the operator's log; set the annotation dbmigrations.io/retry to try again.");

  private static final Map<String, Reason> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(Reason::wireName, reason -> reason));

  private final String wireName;
  private final ReasonClass reasonClass;
  private final String cause;
  private final String remedy;

  Reason(String wireName, ReasonClass reasonClass, String cause, String remedy) {
    this.wireName = wireName;
    this.reasonClass = reasonClass;
    this.cause = cause;
    this.remedy = remedy;
  }

  /** Whether an attempt that ends so has found out what would be run, and has run nothing. */
  public boolean hasPlan() {
    return this == APPROVAL_REQUIRED || this == PLANNED;
  }

  /** The reason as conditions, events and outcomes carry it. */
  public String wireName() {
    return wireName;
  }

  /** What follows from it. */
  public ReasonClass reasonClass() {
    return reasonClass;
  }

  /** What has happened, as one sentence for the reference. */
  public String cause() {
    return cause;
  }

  /** What to do next, as one sentence for the reference. */
  public String remedy() {
    return remedy;
  }

  /** The reason of that wire name; empty for one that this version does not know. */
  public static Optional<Reason> of(String wireName) {
    return Optional.ofNullable(BY_NAME.get(wireName));
  }
}
