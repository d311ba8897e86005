package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When to read a database again. */
final class Readings {

  // How soon a reading that found nothing is repeated at first, and how often to look whether the
  // Secret is another one, which costs no login.
  private static final Duration SOON = Duration.ofSeconds(15);

  private static final int MAX_DOUBLINGS = 10;

  private Readings() {}

  /** Reads again in passing when the turn after the reading has come, and looks again then. */
  static Decision.Report again(
      Observation observation, Reading reading, DriftInterval drift, Decision.Report report) {
    Duration interval = drift.of(observation);
    Duration rest = Duration.between(observation.now(), due(reading, observation.uid(), interval));
    if (!rest.isPositive()) {
      return report
          .lookingAgainAfter(interval)
          .looking(new Decision.Look(reading.occasion(), null));
    }
    // Only another Secret helps before then; a look at it is no attempt to log in.
    return isLoginRefused(reading) && reading.secretVersion() != null
        ? report
            .lookingAgainAfter(rest.compareTo(SOON) < 0 ? rest : SOON)
            .looking(new Decision.Look(reading.occasion(), reading.secretVersion()))
        : report.lookingAgainAfter(rest);
  }

  /** Whether the server does not let the user in: to ask again and again locks accounts. */
  static boolean isLoginRefused(Reading reading) {
    return reading.found() instanceof DatabaseReading.Refused refused
        && refused.reason() == Reason.AUTHENTICATION_FAILED;
  }

  private static Instant due(Reading reading, String uid, Duration interval) {
    Duration pause =
        reading.misses() == 0 || reading.found() instanceof DatabaseReading.NotObservable
            ? interval
            : SOON.multipliedBy(1L << Math.min(reading.misses() - 1, MAX_DOUBLINGS));
    return pause.compareTo(interval) < 0
        ? reading.at().plus(pause)
        : Turn.after(reading.at(), uid, interval);
  }

  /**
   * How long until the turn of a database that was read by an earlier operator alone, of which
   * nobody awaits anything; empty where it is to be read at once. A restart is no reason to look at
   * ten thousand, whose statuses say what is known of them.
   */
  static Optional<Duration> untilItsTurn(
      Observation observation, AttemptStatus attempt, DriftInterval drift) {
    return Optional.of(observation)
        .filter(seen -> seen.reading() == null)
        .filter(seen -> !seen.isEditedSince(attempt) && Settled.isOwn(seen, attempt))
        .filter(Standing::isCertain)
        .filter(seen -> hasEndedBefore(seen.lookingSince(), attempt, seen.now()))
        .map(seen -> Turn.after(seen.lookingSince(), seen.uid(), drift.of(seen)))
        .map(turn -> Duration.between(observation.now(), turn))
        .filter(Duration::isPositive);
  }

  private static boolean hasEndedBefore(Instant instant, AttemptStatus attempt, Instant now) {
    return Optional.ofNullable(attempt.outcome())
        .flatMap(outcome -> outcome.endedBy(now))
        .filter(end -> end.isBefore(instant))
        .isPresent();
  }

  /** Whether it is known to be of another database than the one that was migrated. */
  static boolean isOfAnotherDatabase(Observation observation, DatabaseReading.Answer read) {
    return known(observation).isElsewhereThan(found(read));
  }

  /** Which database was read. */
  static DatabaseStatus found(DatabaseReading.Answer read) {
    return DatabaseStatus.of(read.identity().system(), read.identity().database());
  }

  /** Which database it is, by what was read last: that is in the status only after the decision. */
  static DatabaseStatus place(Observation observation) {
    DatabaseStatus known = known(observation);
    if (observation.reading() == null
        || !(observation.reading().found() instanceof DatabaseReading.Answer answer)) {
      return known;
    }
    DatabaseIdentity found = answer.identity();
    String system = found.system() == null ? known.system() : found.system();
    return DatabaseStatus.of(system, found.database());
  }

  /** Which database was migrated, as far as the status says it. */
  static DatabaseStatus known(Observation observation) {
    DatabaseStatus known = observation.status().database();
    return known == null ? DatabaseStatus.UNKNOWN : known;
  }
}
