package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** How often and when a transient failure is tried again. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RetrySpec(
    @Default("10")
        @Min(0)
        @Max(1000)
        @JsonPropertyDescription(
            "How many transient failures in a row are tried again; 0 tries once only.")
        int limit,
    @Default(RetrySpec.DEFAULT_BACKOFF)
        @Size(max = 32)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            "The pause before the first repetition; it doubles with every further one.")
        String backoff,
    @Default(RetrySpec.DEFAULT_MAX_BACKOFF)
        @Size(max = 32)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription("The longest pause between two repetitions.")
        String maxBackoff) {

  public static final int DEFAULT_LIMIT = 10;
  public static final String DEFAULT_BACKOFF = "5s";
  public static final String DEFAULT_MAX_BACKOFF = "5m";

  /** What applies where the resource has no {@code retry} at all. */
  public static final RetrySpec DEFAULT =
      new RetrySpec(DEFAULT_LIMIT, DEFAULT_BACKOFF, DEFAULT_MAX_BACKOFF);

  public RetrySpec {
    backoff = backoff == null ? DEFAULT_BACKOFF : backoff;
    maxBackoff = maxBackoff == null ? DEFAULT_MAX_BACKOFF : maxBackoff;
  }
}
