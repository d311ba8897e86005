package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Claim;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.MigrationRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first attempt of a resource as its status has it. */
public final class Attempts {

  private Attempts() {}

  /** Written down before its Job. */
  public static AttemptStatus intent(DatabaseMigrationSpec spec) {
    return AttemptStatusBuilder.builder()
        .number(1)
        .job(Observations.JOB)
        .mode(MigrationMode.MIGRATE)
        .target(spec.targetRevision())
        .image(spec.image())
        .request(MigrationRequest.hash(spec))
        .generation(1)
        .startedAt(Observations.NOW.toString())
        .build();
  }

  /** Ended, because an older resource declares those rows for the same lines. */
  static AttemptStatus claimed(AttemptStatus attempt, List<String> rows) {
    return attempt.ended(
        new AttemptOutcome(
            Observations.NOW.toString(),
            Reason.DATABASE_CLAIMED.wireName(),
            "its end",
            null,
            null,
            null,
            null,
            null,
            new Claim("older", "platform/older", rows)));
  }

  /** How it ended. */
  static AttemptOutcome end(
      Reason reason,
      @Nullable Instant nextAt,
      @Nullable HeldRows held,
      @Nullable AttemptIdentity newest) {
    return new AttemptOutcome(
        Observations.NOW.toString(),
        reason.wireName(),
        "its end",
        null,
        null,
        nextAt == null ? null : nextAt.toString(),
        held,
        newest,
        null);
  }
}
