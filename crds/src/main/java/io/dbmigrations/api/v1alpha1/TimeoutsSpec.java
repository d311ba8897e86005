package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * How long the parts of one migration may take; durations such as {@code 90s} or {@code 5m}.
 *
 * @param statement null where a statement may take as long as it needs
 * @param run null where a migration may take as long as it needs
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TimeoutsSpec(
    @Default(TimeoutsSpec.DEFAULT_LOCK)
        @Size(max = 32)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            """
            PostgreSQL's lock_timeout for every statement of a migration: how long it may stand in the \
            queue for a lock, and so hold up the application behind it.\
            """)
        String lock,
    @Size(max = 32)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            "PostgreSQL's statement_timeout for every statement of a migration. The default is none.")
        @Nullable String statement,
    @Default(TimeoutsSpec.DEFAULT_BUSY)
        @Size(max = 32)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            "How long to wait for another migrator of the same database to end.")
        String busy,
    @Default(TimeoutsSpec.DEFAULT_START)
        @Size(max = 32)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            """
            How long the Job's container may take to start. What has a reason of its own is waited for \
            beyond it, because its end is noticed: Unschedulable, ImagePullFailed, SecretMissing.\
            """)
        String start,
    @Size(max = 32)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            """
            How long a migration may run, from the start of its container; then its statement is \
            cancelled and it is rolled back. The default is none.\
            """)
        @Nullable String run) {

  /** Between pgroll (500 ms) and strong_migrations (10 s): what waits behind it waits as long. */
  public static final String DEFAULT_LOCK = "5s";

  public static final String DEFAULT_BUSY = "60s";
  public static final String DEFAULT_START = "5m";

  /** What applies where the resource has no {@code timeouts} at all. */
  public static final TimeoutsSpec DEFAULT =
      new TimeoutsSpec(DEFAULT_LOCK, null, DEFAULT_BUSY, DEFAULT_START, null);

  public TimeoutsSpec {
    lock = lock == null ? DEFAULT_LOCK : lock;
    busy = busy == null ? DEFAULT_BUSY : busy;
    start = start == null ? DEFAULT_START : start;
  }
}
