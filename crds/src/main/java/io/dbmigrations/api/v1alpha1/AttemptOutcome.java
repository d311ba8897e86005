package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended.
 *
 * @param revision null unless a revision failed
 * @param sqlstate null unless the server refused a statement
 * @param nextAt null unless the attempt is repeated by itself
 * @param held null unless the target was reached
 * @param left null where the target was reached, or nothing is known of the database
 * @param leftDigest null unless these rows were too many to be told
 * @param newest null unless the database knew a newer attempt
 * @param claim null unless an older resource declares something else
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttemptOutcome(
    @Required @JsonPropertyDescription("When the attempt was seen to have ended.") String endedAt,
    @Required @JsonPropertyDescription("Why it ended, as one word for programs.") String reason,
    @Required @JsonPropertyDescription("What happened, to what, and what to do next.")
        String message,
    @JsonPropertyDescription("The revision that failed.") @Nullable String revision,
    @JsonPropertyDescription("PostgreSQL's code of the error (SQLSTATE).")
        @Nullable String sqlstate,
    @JsonPropertyDescription("When the next attempt is due, after a transient failure.")
        @Nullable String nextAt,
    @JsonPropertyDescription("By which rows of the version table the target is held.")
        @Nullable HeldRows held,
    @JsonPropertyDescription(
            "At which rows this resource left the database, where the target was not reached.")
        @Nullable List<String> left,
    @JsonPropertyDescription(
            """
            A digest of these rows in their place, where they are too many to be told. Nothing is \
            taken back unasked then.\
            """)
        @Nullable String leftDigest,
    @JsonPropertyDescription("The newer attempt that the database knew, after Superseded.")
        @Nullable AttemptIdentity newest,
    @JsonPropertyDescription("What stood in the way, after DatabaseClaimed.") @Nullable Claim claim,
    @Size(max = AttemptOutcome.MOST_WARNINGS)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonPropertyDescription("What somebody should know besides, however it ended.")
        List<String> warnings) {

  /** Of more only so many are kept. */
  public static final int MOST_WARNINGS = 5;

  public AttemptOutcome {
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
    left = left == null ? null : List.copyOf(left);
  }

  /** As many of these warnings as are kept. */
  public static List<String> told(List<String> warnings) {
    return warnings.stream().limit(MOST_WARNINGS).toList();
  }

  /** When it ended; empty where what stands there is no time that has come. */
  public Optional<Instant> endedBy(Instant now) {
    return Times.past(endedAt, now);
  }

  /** An end of which nothing else is known. */
  public static AttemptOutcome of(String endedAt, Reason reason, String message) {
    return AttemptOutcomeBuilder.builder()
        .endedAt(endedAt)
        .reason(reason.wireName())
        .message(message)
        .build();
  }
}
