package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.ImageId;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.Revisions;
import io.dbmigrations.operator.observe.Observation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules for a database that is ahead of the image, as after a release was reverted: image and
 * target go back in one commit, and the older image has no script for what the newer one applied.
 * The image that was recorded with it takes it back, and the image of the specification says then
 * whether that is its target.
 */
final class TakingBack {

  private TakingBack() {}

  static Optional<Decision> runTheRecordedImage(Observation observation, AttemptStatus attempt) {
    List<String> target = observation.status().targetRevisions();
    return attempt.endedWith(Reason.DATABASE_AHEAD) && target != null
        ? recorded(observation, attempt, observation.status().currentRevisions(), target)
            .map(Decision.StartAttempt::migrating)
        : Optional.empty();
  }

  static Optional<Decision> verify(Observation observation, AttemptStatus attempt) {
    return !attempt.hasRecordedImage()
        ? Optional.empty()
        : Optional.of(Decision.StartAttempt.checking(null));
  }

  /** Whether the recorded image goes on where that of the specification could not. */
  static boolean follows(Observation observation, AttemptStatus attempt, Outcome outcome) {
    return outcome.reason() == Reason.DATABASE_AHEAD
        && outcome.target() != null
        && recorded(observation, attempt, outcome.after(), outcome.target()).isPresent();
  }

  /**
   * What else there is to know about a database that is ahead, or about an image that is behind.
   */
  static Outcome explained(Observation observation, AttemptStatus attempt, Outcome outcome) {
    return switch (outcome.reason()) {
      case DATABASE_AHEAD -> with(outcome, advice(observation, attempt, outcome));
      case REVISION_NOT_FOUND ->
          known(observation, attempt.target())
              .map(entry ->
                  with(outcome, "The last image that is known to contain it is " + named(entry)))
              .orElse(outcome);
      default -> outcome;
    };
  }

  private static Outcome with(Outcome outcome, String sentence) {
    return outcome.because(
        outcome.reason(), "%s %s".formatted(Messages.sentence(outcome.message()), sentence));
  }

  // The last one that ended or began at that revision.
  private static Optional<HistoryEntry> known(Observation observation, String target) {
    return observation.status().history().stream()
        .filter(HistoryEntry::knowsItsEnd)
        .filter(entry -> target.equals(entry.to()) || target.equals(entry.from()))
        .findFirst();
  }

  private static String advice(Observation observation, AttemptStatus attempt, Outcome outcome) {
    Optional<HistoryEntry> entry = entry(observation, outcome.after());
    if (entry.isEmpty()) {
      return "Which image that is is not recorded here: the status tells of no migration by this resource that led there";
    }
    HistoryEntry known = entry.get();
    String image = "The last image that is known to contain it is %s".formatted(named(known));
    if (attempt.hasRecordedImage()) {
      return image + ", and that has no script for it now";
    }
    if (ImageId.of(known.imageID()).isEmpty()) {
      return image
          + ", and it has no digest by which it could be run again: name it in spec.image with the older target, and go back to the older image then";
    }
    List<String> target = outcome.target();
    return target == null || isNamed(observation.spec().targetRevision(), target)
        ? image
        : image
            + ". Nothing goes down by itself to %s: name that image or a newer one in spec.image, or, to take back what this image does not know, set spec.targetRevision to %s"
                .formatted(observation.spec().targetRevision(), Revisions.join(target));
  }

  /** The image of an entry as people and as programs call it, and which Job ran it when. */
  static String named(HistoryEntry entry) {
    String id = entry.imageID();
    String when = entry.completedAt() == null ? "" : ", " + entry.completedAt();
    return "%s (%sJob %s%s)"
        .formatted(
            entry.image(),
            id == null || id.equals(entry.image()) ? "" : id + ", ",
            entry.job(),
            when);
  }

  private static Optional<RecordedImage> recorded(
      Observation observation,
      AttemptStatus attempt,
      @Nullable List<String> rows,
      List<String> target) {
    boolean isFirst = !attempt.hasRecordedImage() && attempt.mode() == MigrationMode.MIGRATE;
    if (!isFirst || !isNamed(attempt.target(), target)) {
      return Optional.empty();
    }
    return entry(observation, rows)
        .flatMap(entry ->
            ImageId.of(entry.imageID())
                .map(image ->
                    new RecordedImage(
                        image.reference(),
                        new AttemptCall(
                            entry.call().alembic(),
                            entry.call().variable(),
                            meant(attempt.target(), target)))));
  }

  // By an instant all lines go that came later, also those that the image of the specification does
  // not know and that no revision of its own speaks of; the database tells the other one the same.
  private static List<String> meant(String expression, List<String> target) {
    return isInstant(expression) ? List.of(expression) : target;
  }

  private static boolean isInstant(String expression) {
    return expression.startsWith("@");
  }

  // The one that led to these rows; else the last one, which may have gone on before somebody
  // else did.
  private static Optional<HistoryEntry> entry(
      Observation observation, @Nullable List<String> rows) {
    List<HistoryEntry> history = observation.status().history();
    String now = rows == null ? null : Revisions.join(rows);
    return history.stream()
        .filter(HistoryEntry::knowsItsEnd)
        .filter(entry -> entry.to() != null && entry.to().equals(now))
        .findFirst()
        .or(() -> history.stream().filter(HistoryEntry::hasApplied).findFirst());
  }

  // A head, a label or a step from one means another revision in another image, and head never goes
  // down. What an instant means the database says, whatever the image.
  private static boolean isNamed(String expression, List<String> target) {
    return isInstant(expression)
        || List.of(expression.split(",", -1)).stream()
            .map(String::strip)
            .allMatch(
                part -> part.equals("base") || target.stream().anyMatch(id -> isPrefix(part, id)));
  }

  private static boolean isPrefix(String part, String id) {
    return !part.isEmpty() && id.startsWith(part);
  }
}
