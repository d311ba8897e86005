package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.observe.Urgency;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do next; exactly one follows from an observation. */
public sealed interface Decision {

  /**
   * Start a further attempt.
   *
   * @param failures how many transient failures in a row came before it
   * @param runAsUser the user id for an image that has none, null for the image's own
   * @param number at least this, where the database knows attempts of higher numbers; else 0
   * @param over the UID of another resource whose later attempts do not count, null for none
   * @param downFrom the rows of which alone something may be taken back, null for anything
   * @param recorded what runs instead of the image of the specification, null for that image
   */
  @RecordBuilder
  record StartAttempt(
      MigrationMode mode,
      int failures,
      @Nullable Long runAsUser,
      int number,
      @Nullable String over,
      @Nullable List<String> downFrom,
      @Nullable RecordedImage recorded)
      implements Decision {

    static StartAttempt afresh(MigrationMode mode, @Nullable Long runAsUser) {
      return new StartAttempt(mode, 0, runAsUser, 0, null, null, null);
    }

    static StartAttempt migrating(int failures, @Nullable Long runAsUser) {
      return new StartAttempt(MigrationMode.MIGRATE, failures, runAsUser, 0, null, null, null);
    }

    static StartAttempt migrating(RecordedImage recorded) {
      return new StartAttempt(MigrationMode.MIGRATE, 0, null, 0, null, null, recorded);
    }

    static StartAttempt checking(@Nullable Long runAsUser) {
      return afresh(MigrationMode.CHECK, runAsUser);
    }

    /** The same once more: what was found out of others holds for it, too. */
    static StartAttempt again(AttemptStatus last, int failures, @Nullable Long runAsUser) {
      return new StartAttempt(
          last.mode(), failures, runAsUser, 0, last.over(), null, RecordedImage.of(last));
    }

    /**
     * The same for a resource that is only for plans: it migrates nothing, so nothing bounds it.
     */
    StartAttempt planning() {
      return mode == MigrationMode.MIGRATE
          ? DecisionStartAttemptBuilder.builder(this)
              .mode(MigrationMode.PLAN)
              .downFrom(null)
              .build()
          : this;
    }

    StartAttempt numbered(int least) {
      return DecisionStartAttemptBuilder.builder(this).number(least).build();
    }

    StartAttempt over(String uid) {
      return DecisionStartAttemptBuilder.builder(this).over(uid).build();
    }

    StartAttempt downFrom(@Nullable List<String> rows) {
      return DecisionStartAttemptBuilder.builder(this).downFrom(rows).build();
    }
  }

  /**
   * Write down that the database of a new resource is at its target already.
   *
   * @param rows the version table that was read
   */
  record Recognize(VersionTables tables, DatabaseReading.Rows rows) implements Decision {}

  /** Make sure that the Job of an attempt, whose intent is written, exists. */
  record EnsureJob(AttemptStatus attempt) implements Decision {}

  /**
   * Tell the Job of an attempt to start nothing more, and to end what it has started.
   *
   * @param awaited what its container waited for, in the cluster's words, which end with the Pod;
   *     null where that is not why it is stopped
   */
  record StopJob(AttemptStatus attempt, StopCause cause, @Nullable String awaited)
      implements Decision {

    public StopJob(AttemptStatus attempt, StopCause cause) {
      this(attempt, cause, null);
    }
  }

  /**
   * Delete the Job of an attempt: one that was stopped, and of which nothing can run any more, or
   * that of a resource which is being deleted.
   */
  record DeleteJob(AttemptStatus attempt) implements Decision {}

  /**
   * Read the database before anything else can be said.
   *
   * @param occasion what the reading is taken for
   */
  record ReadDatabase(String occasion, VersionTables tables, Urgency urgency) implements Decision {}

  /**
   * Write down how an attempt ended that did not reach its target.
   *
   * @param pause until the next attempt, null where there is none by itself
   * @param goesOn whether another attempt follows at once, which has to be told of instead
   */
  record ConcludeFailure(AttemptState.Ended ended, @Nullable Duration pause, boolean goesOn)
      implements Decision {

    static ConcludeFailure of(AttemptState.Ended ended, @Nullable Duration pause) {
      return new ConcludeFailure(ended, pause, false);
    }

    /** The same, with all that is shown of its plan. */
    public ConcludeFailure showing(PlanStatus plan) {
      return new ConcludeFailure(ended.with(plan), pause, goesOn);
    }
  }

  /**
   * Write down an attempt that reached its target.
   *
   * @param rows the rows of the version table as read last; null where nobody but the runner has
   *     read them, and they are too many for its outcome
   */
  record ConcludeSuccess(AttemptState.Ended ended, @Nullable List<String> rows)
      implements Decision {}

  /** How much of a reading the condition says that tells of readings. */
  enum View {
    AS_READ,

    /** Nothing where the database is as it was said to be: no word of it is worth a write then. */
    NEWS,

    /**
     * What was said of it before, where an attempt would be started but for something else that has
     * to come first: the same is decided again then.
     */
    AS_IT_WAS
  }

  /**
   * Nothing to do but to say how things stand.
   *
   * @param shown the class by which the conditions are set, mostly that of the reason
   * @param rows the rows as just read, null where they were not
   * @param answers whether this answers an edit that asks for nothing new
   * @param lookAgain when to look without an event, null for never
   * @param next a look at the database that is taken in passing, null for none
   * @param view what is said of the reading itself
   */
  record Report(
      Reason reason,
      ReasonClass shown,
      String message,
      @Nullable List<String> rows,
      boolean answers,
      @Nullable Duration lookAgain,
      @Nullable Look next,
      View view)
      implements Decision {

    public static Report of(Reason reason, String message) {
      return new Report(
          reason, reason.reasonClass(), message, null, false, null, null, View.AS_READ);
    }

    Report shownAs(ReasonClass other) {
      return new Report(reason, other, message, rows, answers, lookAgain, next, view);
    }

    Report adding(String sentence) {
      String more = "%s %s".formatted(Messages.sentence(message), sentence);
      return new Report(reason, shown, more, rows, answers, lookAgain, next, view);
    }

    Report withRows(List<String> read) {
      return new Report(reason, shown, message, read, answers, lookAgain, next, view);
    }

    Report answeringTheEdit() {
      return new Report(reason, shown, message, rows, true, lookAgain, next, view);
    }

    public Report lookingAgainAfter(Duration pause) {
      return new Report(reason, shown, message, rows, answers, pause, next, view);
    }

    public Report keepingTheView() {
      return new Report(reason, shown, message, rows, answers, lookAgain, next, View.AS_IT_WAS);
    }

    Report tellingNewsAlone() {
      return new Report(reason, shown, message, rows, answers, lookAgain, next, View.NEWS);
    }

    Report looking(Look look) {
      return new Report(reason, shown, message, rows, answers, lookAgain, look, view);
    }
  }

  /**
   * A look at the database in passing.
   *
   * @param onlyWithAnotherSecret whether to look only if the Secret is another one than this
   *     version of it: nothing else can have changed
   */
  record Look(String occasion, @Nullable String onlyWithAnotherSecret) {}
}
