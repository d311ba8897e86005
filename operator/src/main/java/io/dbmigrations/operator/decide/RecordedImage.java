package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import org.jspecify.annotations.Nullable;

/**
 * An image that was recorded with a migration, to be run once more.
 *
 * @param image by its digest, so that it is the very same
 * @param call with the target, as only the image of the specification can say what it means
 */
public record RecordedImage(String image, AttemptCall call) {

  /** That of an attempt; null where it runs the image of the specification. */
  static @Nullable RecordedImage of(AttemptStatus attempt) {
    return attempt.call() != null && attempt.hasRecordedImage()
        ? new RecordedImage(attempt.image(), attempt.call())
        : null;
  }
}
