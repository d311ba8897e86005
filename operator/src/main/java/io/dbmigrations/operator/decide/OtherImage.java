package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.operator.job.ImageId;
import io.dbmigrations.operator.observe.Observation;
import java.util.Optional;

/**
 * Says of an image that the specification does not name, and that cannot be had any more, what it
 * is needed for, and how to go on without it.
 */
final class OtherImage {

  private OtherImage() {}

  /** Those words, and what else there is to know where the attempt runs such an image. */
  static String wanted(Observation observation, AttemptStatus attempt, String words) {
    if (!words.contains(attempt.image())) {
      // That of another container.
      return words;
    }
    if (attempt.hasRecordedImage()) {
      return "%s It is the image that applied what spec.image does not know%s: make it available again, or name another one that has these revisions in spec.image"
          .formatted(
              Messages.sentence(words),
              entry(observation, attempt)
                  .map(entry -> ", as status.history has it, %s".formatted(TakingBack.named(entry)))
                  .orElse(", as status.history had it"));
    }
    return attempt.approval() == null || attempt.image().equals(observation.spec().image())
        ? words
        : "%s It is the image with which the approved plan was made: make it available again; or set the annotation dbmigrations.io/retry to a new value, and spec.image runs if its plan is the same, and otherwise shows the one that it has"
            .formatted(Messages.sentence(words));
  }

  private static Optional<HistoryEntry> entry(Observation observation, AttemptStatus attempt) {
    return observation.status().history().stream()
        .filter(entry ->
            ImageId.of(entry.imageID())
                .filter(image -> image.reference().equals(attempt.image()))
                .isPresent())
        // What ran by its digest has no other name for it.
        .filter(entry -> !attempt.image().equals(entry.image()))
        .findFirst();
  }
}
