package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One condition, field for field that of {@code metav1.Condition}. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
    @Required @Size(min = 1, max = 316) @JsonPropertyDescription("Type of the condition.")
        String type,
    @Required @Pattern("^(True|False|Unknown)$") @JsonPropertyDescription("True, False or Unknown.")
        String status,
    @JsonPropertyDescription("The generation of the resource that the condition speaks of.")
        long observedGeneration,
    @Required @Size(max = 64) @JsonPropertyDescription("When status last changed, RFC 3339 in UTC.")
        String lastTransitionTime,
    @Required @Size(min = 1, max = 1024) @JsonPropertyDescription("Why, as one word for programs.")
        String reason,
    @Required
        @Size(max = 32768)
        @JsonPropertyDescription("What happened, to what, and what to do next.")
        String message) {

  public static final String READY = "Ready";
  public static final String RECONCILING = "Reconciling";
  public static final String STALLED = "Stalled";
  public static final String DATABASE_OBSERVED = "DatabaseObserved";

  public static final String TRUE = "True";
  public static final String FALSE = "False";
  public static final String UNKNOWN = "Unknown";
}
