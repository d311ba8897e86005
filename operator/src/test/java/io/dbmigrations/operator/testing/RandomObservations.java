package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Claim;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.job.RowDigests;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.observe.Claimant;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Observations of every kind: all states of an attempt, all ends, readings, edits and words in the
 * status, in all combinations, also those that should not come about.
 */
public final class RandomObservations {

  private static final List<List<String>> ROWS =
      List.of(List.of(), List.of("003"), List.of("004"), List.of("a1", "b3"), List.of("b3"));

  private static final List<Reason> ENDS =
      Stream.of(Reason.values())
          .filter(reason ->
              reason.hasPlan()
                  || reason.reasonClass() == ReasonClass.TRANSIENT
                  || reason.reasonClass() == ReasonClass.STALLED)
          .toList();

  private static final List<String> WRITTEN_BY_HAND =
      List.of("2999-01-01T00:00:00Z", "tomorrow", "+1000000000-12-31T23:59:59Z", "");

  private static final PlanStatus PLAN =
      PlanStatus.outline("3f2a9c01".repeat(8), "Downgrade", "004", "003", 1, List.of());

  // Of the row 003.
  private static final String DIGEST = "88c0413bfef1d057";

  private static final long GENERATION = 7;

  private final Random random;

  public RandomObservations(long seed) {
    random = new Random(seed);
  }

  public Observation next() {
    Observation observation = any();
    return oneIn(3) ? JobReadings.byJob(observation) : observation;
  }

  private Observation any() {
    Observations base = Observations.newResource();
    if (oneIn(8)) {
      base.suspended();
    }
    Observation fresh = base.build();
    return ObservationBuilder.builder(fresh)
        .generation(GENERATION)
        .deleting(oneIn(30))
        .retry(oneIn(4) ? "1" : null)
        .approve(oneIn(6) ? PLAN.digest() : oneIn(6) ? "77aa77aa" : null)
        .reject(oneIn(12) ? PLAN.digest() : null)
        .status(status(fresh))
        .attemptState(state())
        .predecessors(oneIn(6) ? List.of("another-pod") : List.of())
        .claimant(oneIn(3) ? claimant() : null)
        .olderAtWork(oneIn(6))
        .reading(oneIn(6) ? null : reading())
        .readable(!oneIn(6))
        .lookingSince(Observations.NOW.minusSeconds(random.nextInt(600)))
        .templateFault(oneIn(6) ? "The next Job cannot be made: it is wrong" : null)
        .build();
  }

  private DatabaseMigrationStatus status(Observation fresh) {
    List<String> current = oneIn(4) ? null : any(ROWS);
    return DatabaseMigrationStatusBuilder.builder()
        .observedGeneration(GENERATION)
        .conditions(conditions())
        .currentRevision(current == null ? null : String.join(",", current))
        .currentRevisions(current)
        .targetRevisions(oneIn(4) ? null : any(ROWS))
        .plan(oneIn(2) ? PLAN : null)
        .attempt(oneIn(20) ? null : attempt(fresh))
        .database(
            oneIn(6) ? null : oneIn(3) ? KnownDatabases.tenantsBeside("d.v") : KnownDatabases.ONE)
        .history(oneIn(3) ? List.of() : List.of(Attempts.migrated("003", "004")))
        .build();
  }

  private List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>();
    if (!oneIn(10)) {
      conditions.add(ready());
    }
    if (!oneIn(3)) {
      conditions.add(
          new Condition(
              Condition.DATABASE_OBSERVED,
              any(List.of(Condition.TRUE, Condition.FALSE, Condition.UNKNOWN)),
              GENERATION,
              "2026-01-11T09:00:00Z",
              Reason.DATABASE_READ.wireName(),
              "as was said"));
    }
    return conditions;
  }

  private Condition ready() {
    Reason reason = any(List.of(Reason.values()));
    ReasonClass shown = oneIn(5) ? ReasonClass.UNSEEN : reason.reasonClass();
    return new Condition(
        Condition.READY,
        ShownStatus.of(shown),
        GENERATION - random.nextInt(2),
        "2026-01-11T09:00:00Z",
        reason.wireName(),
        "as was said");
  }

  private AttemptStatus attempt(Observation fresh) {
    return AttemptStatusBuilder.builder(Attempts.intent(fresh.spec()))
        .mode(any(List.of(MigrationMode.values())))
        .target(oneIn(8) ? "003" : fresh.spec().targetRevision())
        .request(oneIn(4) ? "another" : fresh.request())
        .generation(GENERATION - random.nextInt(2))
        .retry(oneIn(4) ? "1" : null)
        .runAsUser(oneIn(4) ? 65532L : null)
        .call(new AttemptCall(null, null, oneIn(6) ? List.of("003") : null))
        .over(oneIn(8) ? "former" : null)
        .downFrom(oneIn(2) ? null : any(ROWS))
        .failures(oneIn(20) ? any(List.of(-1, Integer.MAX_VALUE)) : random.nextInt(5))
        .outcome(oneIn(2) ? null : outcome())
        .build();
  }

  private AttemptOutcome outcome() {
    String reason =
        oneIn(3)
            ? Reason.AT_TARGET_REVISION.wireName()
            : oneIn(20) ? "OfALaterRelease" : any(ENDS).wireName();
    return AttemptOutcomeBuilder.builder()
        .endedAt(oneIn(20) ? any(WRITTEN_BY_HAND) : endedAt())
        .reason(reason)
        .message("its end")
        .nextAt(oneIn(2) ? null : oneIn(20) ? any(WRITTEN_BY_HAND) : nextAt())
        .held(oneIn(5) ? null : held())
        .left(oneIn(2) ? null : any(ROWS))
        .leftDigest(oneIn(6) ? "1234567890abcdef" : null)
        .newest(oneIn(3) ? newest() : null)
        .claim(oneIn(3) ? new Claim("another", "platform/another", any(ROWS)) : null)
        .build();
  }

  private String endedAt() {
    return Observations.NOW.minusSeconds(random.nextInt(1800)).toString();
  }

  private String nextAt() {
    return Observations.NOW.plusSeconds(random.nextInt(120) - 60L).toString();
  }

  private Claimant claimant() {
    return new Claimant(
        oneIn(2),
        oneIn(3) ? null : Observations.NOW.plusSeconds(random.nextInt(120) - 60L),
        new DatabaseStatus(
            "17.6",
            Ends.TABLE,
            null,
            null,
            null,
            "1.18.1",
            "7",
            oneIn(2) ? "platform" : "another"));
  }

  private AttemptIdentity newest() {
    return new AttemptIdentity(oneIn(2) ? Observations.UID : "another", 9);
  }

  private HeldRows held() {
    return new HeldRows(any(ROWS), oneIn(2));
  }

  private AttemptState state() {
    return switch (random.nextInt(8)) {
      case 0 -> new AttemptState.Missing();
      case 1 ->
          new AttemptState.Waiting(
              any(List.of(Reason.PENDING, Reason.IMAGE_PULL_FAILED, Reason.QUOTA_EXCEEDED)),
              "it waits",
              Observations.NOW.minusSeconds(random.nextInt(600)),
              oneIn(3));
      case 2 -> new AttemptState.NeedsUser();
      case 3 ->
          new AttemptState.Running(
              "pod",
              Observations.NOW.minusSeconds(random.nextInt(1200)),
              oneIn(2) ? null : Duration.ofMinutes(10));
      case 4 -> new AttemptState.Lost("its node does not answer");
      case 5 -> new AttemptState.Stopping("Pod a");
      case 6 -> new AttemptState.Stopped(any(List.of(StopCause.values())));
      default -> AttemptState.Ended.with(end());
    };
  }

  private Outcome end() {
    Reason reason = oneIn(2) ? Reason.AT_TARGET_REVISION : any(ENDS);
    return OutcomeBuilder.builder(Outcome.of(reason, "its end"))
        .isRunners(oneIn(2))
        .after(oneIn(5) ? null : any(ROWS))
        .target(oneIn(3) ? null : any(ROWS))
        .held(oneIn(3) ? null : held())
        .digests(oneIn(4) ? new RowDigests(null, DIGEST, DIGEST, DIGEST, DIGEST) : RowDigests.NONE)
        .exclusive(oneIn(2))
        .newest(oneIn(3) ? newest() : null)
        .database(oneIn(2) ? null : DatabaseStatus.of("7", oneIn(2) ? "platform" : "another"))
        .versionTable(oneIn(3) ? null : Ends.TABLE)
        .versionTables(
            oneIn(3) ? null : oneIn(4) ? new VersionTables(900, List.of()) : Ends.TENANTS)
        .build();
  }

  private Reading reading() {
    DatabaseReading found =
        switch (random.nextInt(9)) {
          case 0 -> new DatabaseReading.Refused(refusal(), "it says no");
          case 1 -> new DatabaseReading.Locked("somebody holds it");
          case 2 -> new DatabaseReading.NotObservable("a certificate in the image");
          case 3 -> Ends.differing("003", oneIn(2) ? null : "004", "003");
          case 4 ->
              Ends.rowsBeside(List.of(oneIn(2) ? "d.v" : "e.v"), any(ROWS).toArray(String[]::new));
          case 5 -> oneIn(2) ? Ends.noTable() : Ends.noTableOfTenants();
          default -> Ends.rows(any(ROWS).toArray(String[]::new));
        };
    return new Reading(
        found,
        "%s/%d".formatted(Observations.JOB, GENERATION - (oneIn(4) ? 1 : 0)),
        Observations.NOW.minusSeconds(random.nextInt(600)),
        found instanceof DatabaseReading.Answer ? 0 : 1 + random.nextInt(5),
        version());
  }

  private Reason refusal() {
    return any(
        List.of(
            Reason.DATABASE_UNREACHABLE,
            Reason.DATABASE_MISSING,
            Reason.ROLE_MISSING,
            Reason.AUTHENTICATION_FAILED,
            Reason.PERMISSION_DENIED,
            Reason.SECRET_MISSING,
            Reason.SECRET_FORBIDDEN));
  }

  private @Nullable String version() {
    return oneIn(5) ? null : "1";
  }

  private boolean oneIn(int many) {
    return random.nextInt(many) == 0;
  }

  private <T> T any(List<T> choice) {
    return choice.get(random.nextInt(choice.size()));
  }
}
