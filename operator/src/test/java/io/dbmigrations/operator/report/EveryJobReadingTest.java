package io.dbmigrations.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DriftReader;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.JobReadings;
import io.dbmigrations.operator.testing.RandomObservations;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What holds for every observation of a database that Jobs read in the operator's place. */
class EveryJobReadingTest {

  private static final int CASES = 60_000;

  private static final Decider DECIDER = new Decider(Duration.ofMinutes(5));

  private static final Duration INTERVAL = Durations.parse(JobReadings.INTERVAL);

  @Test
  void neverHasTheOperatorRead() {
    forEach((_, decision) -> {
      assertThat(decision).isNotInstanceOf(Decision.ReadDatabase.class);
      assertThat(decision instanceof Decision.Report report && report.next() != null).isFalse();
    });
  }

  @Test
  void readsNoMoreOftenThanIsAskedFor() {
    int[] readings = new int[1];
    forEach((observation, decision) -> {
      AttemptStatus last = observation.status().attempt();
      // What a recorded image has reached is confirmed at once.
      boolean isByItself =
          last != null
              && last.outcome() != null
              && !last.hasRecordedImage()
              && !observation.isEditedSince(last);
      if (isByItself && isReading(decision) && !isDoubtful(observation, last)) {
        // A time that somebody wrote by hand holds nothing up.
        Optional<Instant> end = last.outcome().endedBy(observation.now());
        assertThat(end.map(ended -> ended.plus(INTERVAL)).orElse(observation.now()))
            .isBeforeOrEqualTo(observation.now());
        readings[0]++;
      }
    });
    assertThat(readings[0]).isGreaterThan(300);
  }

  @Test
  void startsNothingWhileSuspended() {
    forEach((observation, decision) -> {
      if (observation.spec().suspend()) {
        assertThat(decision)
            .isNotInstanceOfAny(Decision.StartAttempt.class, Decision.EnsureJob.class);
      }
    });
  }

  @Test
  void migratesForAnEditBeforeItReadsAndCountsNoReadingAsAFailure() {
    int[] migrations = new int[1];
    forEach((observation, decision) -> {
      AttemptStatus last = observation.status().attempt();
      if (last == null || last.mode() != MigrationMode.CHECK) {
        return;
      }
      boolean isAsked = observation.asksForMoreThan(last);
      if (isAsked && observation.isEditedSince(last)) {
        assertThat(isReading(decision)).isFalse();
      }
      if (decision instanceof Decision.StartAttempt start
          && start.mode() == MigrationMode.MIGRATE) {
        assertThat(isAsked).isTrue();
        assertThat(start.failures()).isZero();
        migrations[0]++;
      }
    });
    assertThat(migrations[0]).isGreaterThan(500);
  }

  @Test
  void neverGivesAReadingUp() {
    forEach((observation, decision) -> {
      AttemptStatus last = observation.status().attempt();
      if (decision instanceof Decision.ConcludeFailure failure
          && last.mode() == MigrationMode.CHECK) {
        assertThat(failure.ended().outcome().message()).doesNotStartWith("No further attempt");
      }
    });
  }

  // The operator's own readings, before Jobs were asked to read, had the last word.
  private static boolean isDoubtful(Observation observation, AttemptStatus last) {
    return last.endedWith(Reason.AT_TARGET_REVISION)
        && observation
            .status()
            .condition(Condition.READY)
            .filter(ready -> !ready.reason().equals(Reason.AT_TARGET_REVISION.wireName()))
            .isPresent();
  }

  private static boolean isReading(Decision decision) {
    return decision instanceof Decision.StartAttempt start && start.mode() == MigrationMode.CHECK;
  }

  private static void forEach(BiConsumer<Observation, Decision> property) {
    RandomObservations observations = new RandomObservations(21);
    for (int i = 0; i < CASES; i++) {
      Observation observation = observations.next();
      if (observation.spec().drift().reader() == DriftReader.JOB) {
        Decision decision = DECIDER.decide(observation);
        assertThat(observation).as("case %d", i).satisfies(seen -> property.accept(seen, decision));
      }
    }
  }
}
