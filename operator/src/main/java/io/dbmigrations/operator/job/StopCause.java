package io.dbmigrations.operator.job;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why the operator stops a Job before its end; an annotation of the Job carries it. */
public enum StopCause {
  /** The resource was edited before the container had started. */
  EDITED("Edited", "the resource was edited before its container had started"),
  /** {@code spec.suspend} was set before the container had started. */
  SUSPENDED("Suspended", "spec.suspend is true"),
  /** The container did not start within {@code timeouts.start}. */
  START_TIMEOUT("StartTimeout", "its container did not start within timeouts.start"),
  /** The container ran far beyond {@code timeouts.run}, which the runner did not enforce. */
  RUN_TIMEOUT("RunTimeout", "its container ran longer than timeouts.run"),
  /** The kubelet would run the image as root, which is not allowed. */
  NEEDS_USER("NeedsUser", "its image needs a user that is not root");

  private final String wireName;
  private final String words;

  StopCause(String wireName, String words) {
    this.wireName = wireName;
    this.words = words;
  }

  /** The value of the annotation. */
  public String wireName() {
    return wireName;
  }

  /** The cause, to follow "because". */
  public String words() {
    return words;
  }

  /** The cause of that wire name. */
  public static Optional<StopCause> of(@Nullable String wireName) {
    return Arrays.stream(values()).filter(cause -> cause.wireName.equals(wireName)).findFirst();
  }
}
