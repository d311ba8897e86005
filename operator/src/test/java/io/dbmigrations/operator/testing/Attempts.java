package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
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
import java.util.function.UnaryOperator;
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
        AttemptOutcomeBuilder.builder(end(Reason.DATABASE_CLAIMED, null, null, null))
            .claim(new Claim("older", "platform/older", rows))
            .build());
  }

  /** Allowed to take back only what those rows say to be applied. */
  public static UnaryOperator<AttemptStatus> downFrom(String... rows) {
    return last -> AttemptStatusBuilder.builder(last).downFrom(List.of(rows)).build();
  }

  /** Ended with the word that the database was left at those rows. */
  public static UnaryOperator<AttemptStatus> left(String... rows) {
    return last ->
        last.ended(AttemptOutcomeBuilder.builder(last.outcome()).left(List.of(rows)).build());
  }

  /** Made for that value of the annotation. */
  public static UnaryOperator<AttemptStatus> retried(String value) {
    return last -> AttemptStatusBuilder.builder(last).retry(value).build();
  }

  /** How it ended. */
  static AttemptOutcome end(
      Reason reason,
      @Nullable Instant nextAt,
      @Nullable HeldRows held,
      @Nullable AttemptIdentity newest) {
    return AttemptOutcomeBuilder.builder()
        .endedAt(Observations.NOW.toString())
        .reason(reason.wireName())
        .message("its end")
        .nextAt(nextAt == null ? null : nextAt.toString())
        .held(held)
        .newest(newest)
        .build();
  }
}
