package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A migration that has ended, with what is needed to run its image once more.
 *
 * @param imageID null where the container never started
 * @param plan null where no approval could be needed
 * @param approvedBy null where no approval was needed
 * @param override null where none was used
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HistoryEntry(
    @JsonPropertyDescription("How it ended: AtTargetRevision, or why it failed.") String reason,
    @JsonPropertyDescription("The revisions before it, or base; absent where it never read them.")
        @Nullable String from,
    @JsonPropertyDescription("The revisions after it, or base; absent where it never read them.")
        @Nullable String to,
    @JsonPropertyDescription("Upgrade, Downgrade, Mixed when it did both, or None.")
        String direction,
    @JsonPropertyDescription("How many revisions it applied or took back.") int steps,
    @JsonPropertyDescription("The image that its Job was told to run.") String image,
    @JsonPropertyDescription("The image as the kubelet reports it, mostly by its digest.")
        @Nullable String imageID,
    @JsonPropertyDescription("How it was called.") AttemptCall call,
    @JsonPropertyDescription("The digest of its plan, where it was examined for approval.")
        @Nullable String plan,
    @JsonPropertyDescription("By whom that plan was approved, as far as is known.")
        @Nullable String approvedBy,
    @JsonPropertyDescription("Why it went on without approval: spec.approval.override.")
        @Nullable String override,
    @JsonPropertyDescription("The Job that ran it.") String job,
    @JsonPropertyDescription("When its container started.") @Nullable String startedAt,
    @JsonPropertyDescription("When its container ended.") @Nullable String completedAt) {

  /** Whether it has changed the schema, whatever became of it then. */
  @JsonIgnore
  public boolean isEffective() {
    return steps > 0;
  }

  /** Whether its image knows the revisions at which it ended. */
  @JsonIgnore
  public boolean knowsItsEnd() {
    return isEffective() || reason.equals(Reason.AT_TARGET_REVISION.wireName());
  }

  /** Whether it has applied something, so that its image knows the revisions that there were. */
  @JsonIgnore
  public boolean hasApplied() {
    return isEffective() && !direction.equals("Downgrade");
  }
}
