package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do next; exactly one follows from an observation. */
public sealed interface Decision {

  /** The resource is being deleted: its Jobs go with it by their owner reference. */
  record Leave() implements Decision {}

  /**
   * Start a further attempt.
   *
   * @param failures how many transient failures in a row came before it
   * @param runAsUser the user id for an image that has none, null for the image's own
   * @param replaced the Job of an attempt whose container never started, null where there is none
   */
  record StartAttempt(int failures, @Nullable Long runAsUser, @Nullable String replaced)
      implements Decision {}

  /** Make sure that the Job of an attempt, whose intent is written, exists. */
  record EnsureJob(AttemptStatus attempt) implements Decision {}

  /**
   * Read the database before anything else can be said.
   *
   * @param occasion what the reading is taken for
   */
  record ReadDatabase(String occasion, @Nullable String versionTable) implements Decision {}

  /**
   * Write down how an attempt ended that did not reach its target.
   *
   * @param pause until the next attempt, null where there is none by itself
   * @param abandoned the Job to delete once that is written, null where the Job has ended
   */
  record ConcludeFailure(
      AttemptState.Ended ended, @Nullable Duration pause, @Nullable String abandoned)
      implements Decision {}

  /**
   * Write down an attempt that reached its target.
   *
   * @param rows the rows of the version table as read last
   */
  record ConcludeSuccess(AttemptState.Ended ended, List<String> rows) implements Decision {}

  /**
   * Nothing to do but to say how things stand.
   *
   * @param rows the rows as just read, null where they were not
   * @param lookAgain when to look without an event, null for never
   * @param refresh the occasion for which to read the database in passing, null for none
   */
  record Report(
      Reason reason,
      String message,
      @Nullable List<String> rows,
      @Nullable Duration lookAgain,
      @Nullable String refresh)
      implements Decision {

    public static Report of(Reason reason, String message) {
      return new Report(reason, message, null, null, null);
    }

    Report lookingAgainAfter(Duration pause) {
      return new Report(reason, message, rows, pause, refresh);
    }

    Report reading(String occasion) {
      return new Report(reason, message, rows, lookAgain, occasion);
    }
  }
}
