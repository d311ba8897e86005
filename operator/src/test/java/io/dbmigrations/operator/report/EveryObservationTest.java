package io.dbmigrations.operator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.testing.RandomObservations;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every observation that can be thought of, whatever it is. */
class EveryObservationTest {

  private static final int CASES = 10_000;

  private static final Decider DECIDER = new Decider(Duration.ofMinutes(5));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void hasExactlyOneDecision(long seed) {
    forEach(
        seed,
        (observation, decision) -> assertThat(DECIDER.decide(observation)).isEqualTo(decision));
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void isSaidOnceAndThenNothingIsWritten(long seed) {
    forEach(
        seed,
        (observation, decision) -> {
          if (decision instanceof Decision.Report report) {
            Observation again = after(observation, decision);
            assertThat(DECIDER.decide(again)).isEqualTo(report);
            assertThat(Reporting.status(again, report)).isEqualTo(again.status());
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8})
  void isConcludedOnce(long seed) {
    forEach(
        seed,
        (observation, decision) -> {
          Observation again = after(observation, decision);
          if (decision instanceof Decision.ConcludeSuccess
              || decision instanceof Decision.ConcludeFailure) {
            assertThat(DECIDER.decide(again))
                .isNotInstanceOfAny(
                    Decision.ConcludeFailure.class,
                    Decision.ConcludeSuccess.class,
                    Decision.StopJob.class,
                    Decision.DeleteJob.class);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 10, 11})
  void isDecidedWithoutAnEditThatIsAnswered(long seed) {
    forEach(
        seed,
        (observation, _) -> {
          AttemptStatus attempt = observation.status().attempt();
          if (attempt != null && !observation.isEditedSince(attempt)) {
            assertThat(kind(DECIDER.decide(later(observation, attempt))))
                .isEqualTo(kind(DECIDER.decide(observation)));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {12, 13, 14})
  void startsNoMigrationThatNobodyAskedFor(long seed) {
    forEach(
        seed,
        (observation, decision) -> {
          if (decision instanceof Decision.StartAttempt start
              && start.mode() == MigrationMode.MIGRATE) {
            assertThat(isAskedFor(observation)).isTrue();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {18, 19, 20})
  void goesDownOnlyFromRowsThatItLeftUnlessTheTargetIsAskedFor(long seed) {
    forEach(
        seed,
        (observation, decision) -> {
          AttemptStatus last = observation.status().attempt();
          if (last == null || !(decision instanceof Decision.StartAttempt start)) {
            return;
          }
          boolean isRetried =
              observation.retry() != null && !observation.retry().equals(last.retry());
          if (isRetried || !last.target().equals(observation.spec().targetRevision())) {
            assertThat(start.downFrom()).isNull();
          } else if (last.endedWith(Reason.AT_TARGET_REVISION)) {
            assertThat(start.downFrom()).isNotNull();
          } else if (start.downFrom() == null) {
            // Nothing is known of the one before, which was allowed to, nor of the target.
            assertThat(last.downFrom()).isNull();
            assertThat(last.outcome() == null || last.outcome().left() == null).isTrue();
            assertThat(last.outcome() == null || last.outcome().leftDigest() == null).isTrue();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {15, 16, 17})
  void isReadyOnlyByRowsThatWereReadOrTheRunnersWordWhereTheyCannotBe(long seed) {
    forEach(
        seed,
        (observation, decision) -> {
          boolean was = Reporting.isReady(observation.status(), observation.generation());
          DatabaseMigrationStatus status = Reporting.status(observation, decision);
          if (Reporting.isReady(status, observation.generation()) && !was) {
            assertThat(rows(observation).isEmpty() || isHeld(status, observation)).isTrue();
            assertThat(answer(observation).filter(DatabaseReading.Differing.class::isInstance))
                .isEmpty();
          }
          // Asked for, and not answered.
          if (observation.attempt().filter(observation::asksForMoreThan).isPresent()
              && decision instanceof Decision.Report) {
            assertThat(Reporting.isReady(status, observation.generation())).isFalse();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void isLookedAtAgainInTimeWhateverTimesStandInTheStatus(long seed) {
    forEach(
        seed,
        (_, decision) -> {
          if (decision instanceof Decision.Report report && report.lookAgain() != null) {
            assertThat(report.lookAgain()).isBetween(Duration.ZERO, Duration.ofMinutes(20));
          }
        });
  }

  private static void forEach(long seed, BiConsumer<Observation, Decision> property) {
    RandomObservations observations = new RandomObservations(seed);
    for (int i = 0; i < CASES; i++) {
      Observation observation = observations.next();
      assertThatCode(() -> property.accept(observation, DECIDER.decide(observation)))
          .as("case %d of seed %d: %s", i, seed, observation)
          .doesNotThrowAnyException();
    }
  }

  private static Observation after(Observation observation, Decision decision) {
    return observation.with(Reporting.status(observation, decision), observation.attemptState());
  }

  /** The same after a further edit that was answered as well. */
  private static Observation later(Observation observation, AttemptStatus attempt) {
    long generation = observation.generation() + 1;
    DatabaseMigrationStatus status = observation.status();
    Reading reading = observation.reading();
    return ObservationBuilder.builder(observation)
        .generation(generation)
        .status(
            DatabaseMigrationStatusBuilder.builder(status)
                .observedGeneration(generation)
                .conditions(status.conditions().stream().map(EveryObservationTest::later).toList())
                .attempt(AttemptStatusBuilder.builder(attempt).generation(generation).build())
                .build())
        .reading(reading == null ? null : later(reading))
        .build();
  }

  private static Condition later(Condition condition) {
    return new Condition(
        condition.type(),
        condition.status(),
        condition.observedGeneration() + 1,
        condition.lastTransitionTime(),
        condition.reason(),
        condition.message());
  }

  private static Reading later(Reading reading) {
    String[] occasion = reading.occasion().split("/", 2);
    return new Reading(
        reading.found(),
        "%s/%d".formatted(occasion[0], Long.parseLong(occasion[1]) + 1),
        reading.at(),
        reading.misses(),
        reading.secretVersion());
  }

  // The occasion has the generation in it.
  private static String kind(Decision decision) {
    return switch (decision) {
      case Decision.Report report -> "%s %s".formatted(report.reason(), report.message());
      case Decision.StartAttempt start -> start.toString();
      default -> decision.getClass().getSimpleName();
    };
  }

  private static boolean isAskedFor(Observation observation) {
    Optional<AttemptStatus> attempt = observation.attempt();
    if (attempt.isEmpty() || observation.asksForMoreThan(attempt.get())) {
      return true;
    }
    // Asked for before, and never reached; a further edit may be the remedy.
    AttemptStatus last = attempt.get();
    boolean isUnfinished =
        last.outcome() == null
            || last.outcome().nextAt() != null
            || last.endedWith(Reason.DATABASE_CLAIMED)
            || last.endedWith(Reason.REVISION_DRIFTED)
            || last.endedWith(Reason.CONFIGURATION_ERROR)
            || last.endedWith(Reason.APPROVAL_REQUIRED)
            || last.endedWith(Reason.PLANNED)
            || (last.endedWith(Reason.DATABASE_AHEAD) && !last.hasRecordedImage())
            || (observation.isEditedSince(last) && !last.endedWith(Reason.REVISION_DRIFTED));
    boolean isMigrated = last.mode() == MigrationMode.MIGRATE && isUnfinished;
    boolean isPlanned = last.mode() == MigrationMode.PLAN && observation.isEditedSince(last);
    return !last.endedWith(Reason.AT_TARGET_REVISION) && (isMigrated || isPlanned);
  }

  private static Optional<DatabaseReading.Rows> rows(Observation observation) {
    return answer(observation)
        .filter(DatabaseReading.Rows.class::isInstance)
        .map(DatabaseReading.Rows.class::cast);
  }

  private static Optional<DatabaseReading> answer(Observation observation) {
    return observation
        .attempt()
        .flatMap(attempt ->
            observation.readingOn("%s/%d".formatted(attempt.job(), observation.generation())))
        .filter(_ -> observation.observableTables().isPresent())
        .map(Reading::found);
  }

  private static boolean isHeld(DatabaseMigrationStatus status, Observation observation) {
    var rows = rows(observation).orElseThrow().revisions();
    var held = status.attempt().outcome().held();
    boolean same = held == null || rows.equals(held.rows().stream().sorted().toList());
    boolean stands = held != null && !held.exclusive() && rows.containsAll(held.rows());
    boolean unchanged =
        held != null
            && !held.exclusive()
            && (rows.equals(observation.status().currentRevisions())
                || rows.equals(status.currentRevisions()));
    return same || stands || unchanged;
  }
}
