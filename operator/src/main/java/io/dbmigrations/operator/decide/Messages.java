package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.api.v1alpha1.PlanStatus;

/** What is said on several ways to the same state, so that a status does not flap between them. */
public final class Messages {

  private Messages() {}

  /** An attempt that is about to begin. */
  public static String toBegin(AttemptStatus attempt) {
    return switch (attempt.mode()) {
      case CHECK ->
          "Job %s is to find out whether the database is at %s, and migrates nothing"
              .formatted(attempt.job(), attempt.target());
      case PLAN ->
          "Job %s is to find out what a migration to %s would run, and migrates nothing"
              .formatted(attempt.job(), attempt.target());
      case MIGRATE ->
          "Job %s is to migrate to %s%s%s"
              .formatted(
                  attempt.job(),
                  attempt.target(),
                  attempt.hasRecordedImage()
                      ? " with the recorded image %s, as that of the specification does not know what the database has"
                          .formatted(attempt.image())
                      : "",
                  approved(attempt));
    };
  }

  // That there is an override does not say that it is needed.
  private static String approved(AttemptStatus attempt) {
    PlanApproval approval = attempt.approval();
    if (attempt.override() != null) {
      return "; whatever its plan is, by spec.approval.override: %s".formatted(attempt.override());
    }
    return approval == null
        ? ""
        : "; plan %s is approved by %s".formatted(PlanStatus.shown(approval.plan()), approval.by());
  }

  /**
   * A database that is where it should be.
   *
   * @param target the target as the resource names it
   * @param rows the revisions that it was resolved to
   */
  public static String atTarget(String target, String rows) {
    return target.equals(rows)
        ? "The database is at %s".formatted(rows)
        : "The database is at %s, which is what %s means".formatted(rows, target);
  }

  /** A Pod of an earlier attempt that may still run. */
  public static String predecessor(String pod) {
    return "Pod %s, which has the labels of a migration of this resource, has to end first. One of an earlier attempt was told to, or does so by itself; one that somebody else made has to be deleted"
        .formatted(pod);
  }

  /** The same of a Job whose Pod is perhaps still to come. */
  public static String predecessorJob(String job) {
    return "Job %s, which has the labels of a migration of this resource, has to end first. One of a resource of this name that was deleted goes by itself; one that somebody else made has to be deleted"
        .formatted(job);
  }

  /** The words as a sentence that another one may follow. */
  public static String sentence(String words) {
    return words.endsWith(".") ? words : words + ".";
  }

  /** How an attempt ended, and whether another one follows. */
  public static String ended(AttemptOutcome outcome) {
    return outcome.nextAt() == null
        ? outcome.message()
        : "%s It is tried again by itself, at %s at the earliest"
            .formatted(sentence(outcome.message()), outcome.nextAt());
  }
}
