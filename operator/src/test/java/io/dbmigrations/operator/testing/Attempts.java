package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AlembicSpec;
import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Claim;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.HistoryEntryBuilder;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.decide.RecordedImage;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The first attempt of a resource as its status has it. */
public final class Attempts {

  /** By its digest. */
  public static final String IMAGE = "registry.example/shop@sha256:" + "2".repeat(64);

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

  /** The one that a decision starts after the last one. */
  public static AttemptStatus next(Observation observation, Decision.StartAttempt start) {
    AttemptStatus last = observation.status().attempt();
    int number = last == null ? 1 : last.number() + 1;
    String served = last == null ? null : last.retry();
    RecordedImage recorded = start.recorded();
    return AttemptStatusBuilder.builder(intent(observation.spec()))
        .number(number)
        .job(JobName.of(observation.name(), observation.uid(), number))
        .mode(start.mode())
        .image(recorded == null ? observation.spec().image() : recorded.image())
        .call(recorded == null ? AttemptCall.of(observation.spec()) : recorded.call())
        .generation(observation.generation())
        .retry(observation.retry() == null ? served : observation.retry())
        .downFrom(start.downFrom())
        .startedAt(observation.now().toString())
        .failures(start.failures())
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

  /** It runs the image that was recorded, for those revisions. */
  public static UnaryOperator<AttemptStatus> recorded(String... target) {
    return last ->
        AttemptStatusBuilder.builder(last)
            .image(IMAGE)
            .call(new AttemptCall(null, null, List.of(target)))
            .build();
  }

  /** A migration of an earlier image, as the status remembers it. */
  public static HistoryEntry migrated(String from, String to) {
    return HistoryEntryBuilder.builder()
        .reason(Reason.AT_TARGET_REVISION.wireName())
        .from(from)
        .to(to)
        .direction("Upgrade")
        .steps(1)
        .image("migrations:2")
        .imageID(IMAGE)
        .call(new AttemptCall(AlembicSpec.DEFAULT, "SHOP_URL", null))
        .job("agent-platform-earlier")
        .completedAt(Observations.NOW.toString())
        .build();
  }

  /** Made for that value of the annotation. */
  public static UnaryOperator<AttemptStatus> retried(String value) {
    return last -> AttemptStatusBuilder.builder(last).retry(value).build();
  }

  /** Its end was that long ago. */
  public static UnaryOperator<AttemptStatus> endedAgo(Duration ago) {
    return last ->
        last.ended(
            AttemptOutcomeBuilder.builder(Objects.requireNonNull(last.outcome()))
                .endedAt(Observations.NOW.minus(ago).toString())
                .build());
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
